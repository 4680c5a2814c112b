"""The office's desk: requests, holds, disclosures and retention."""
