"""From a first meeting to a finished job: what two agree on, with their calendar, thread, address and money."""
