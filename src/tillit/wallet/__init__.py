"""Money that people pay to an organisation: taken through providers, written down in entries, paid back."""
