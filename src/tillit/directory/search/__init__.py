"""Finding providers: what is asked, the published formula, the listings, and walking them best first."""
