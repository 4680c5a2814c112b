"""Organisations, accounts, people, memberships and roles, sessions, and how one logs in."""
