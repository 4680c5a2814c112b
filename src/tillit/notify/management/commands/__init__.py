"""Commands of notify."""
