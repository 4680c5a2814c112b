"""What guests are asked when they book: questions of a meeting type, and what was answered."""
