"""Exchange: what an organisation has in files comes in, and what it sees in lists goes out."""
