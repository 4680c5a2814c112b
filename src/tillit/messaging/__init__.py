"""Threads between two people about something: sealed, live, guarded against giving oneself away."""
