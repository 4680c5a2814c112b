"""Programs that act through the API: personal tokens, an organisation's clients, and what they may do (scopes)."""
