"""Work of documents in the background."""
