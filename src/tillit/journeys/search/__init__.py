"""The search in the product: one box, which finds only what whoever asks may see anyway (kernel/finding.py)."""
