"""Other sites that may show an organisation's pages inside their own."""
