"""Advertisements of seekers, and offers of providers to do what they ask."""
