"""Several services in one visit: one meeting with one host, as long as all of them together."""
