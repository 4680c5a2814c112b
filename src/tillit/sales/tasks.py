"""Work of sales in the background."""
