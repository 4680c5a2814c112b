"""Work of directory in the background."""
