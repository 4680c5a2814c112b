"""Promises and their probes, notices, rights, retention, disclosures, processors: the office that keeps the policy."""
