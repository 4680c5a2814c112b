"""Work of messaging in the background."""
