"""Telling other programs what happened: signed, minimal, tried again for three days (Standard Webhooks)."""
