"""The door for other programs: what a page can do, by the same actions and row security (OpenAPI 3.1)."""
