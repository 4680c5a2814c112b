"""Meeting types, schedules, free times and bookings."""
