"""Incidents and alarms: noticed, counted, reported within the law's hours, told to the people, learnt from."""
