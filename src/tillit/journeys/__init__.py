"""What spans several apps: what must be true together, and what must eventually happen."""
