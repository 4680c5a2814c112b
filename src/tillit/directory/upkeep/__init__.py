"""What keeps a profile up to date: training, courses suggested, the ethical code."""
