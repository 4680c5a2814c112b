"""The invented organisations and people of the demo, and how they get into the database."""
