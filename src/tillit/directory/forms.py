"""Forms of directory."""
