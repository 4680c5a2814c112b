"""Forms of hiring."""
