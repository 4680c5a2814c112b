"""A host is away for some days: nobody can book them, and a stand-in may take what would be theirs."""
