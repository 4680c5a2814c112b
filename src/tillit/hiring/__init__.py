"""From a first meeting to a finished job: agreements, reported time, references, reviews."""
