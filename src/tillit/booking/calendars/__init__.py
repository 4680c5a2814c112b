"""A host's other calendars: bookings out as a feed or as events, busy time in as spans without a word."""
