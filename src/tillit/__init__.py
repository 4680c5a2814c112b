"""Tillit: people who serve people, on a privacy policy that the software itself keeps."""
