"""Rooms, cars and equipment: what is booked together with a host, because a meeting needs it."""
