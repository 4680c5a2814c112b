"""Certificates and diplomas: sealed, closed by default, opened to one person for a while and shown as pictures."""
