"""What went wrong or looks wrong: alarms, incidents with their clock, and drills."""
