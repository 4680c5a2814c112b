"""Work of moderation in the background."""
