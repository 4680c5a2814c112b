"""A thin layer over Django's PostgreSQL backend: no statement outside a transaction or without a ticket."""
