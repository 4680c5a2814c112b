"""Work of hiring in the background."""
