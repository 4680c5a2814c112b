"""Telling people: one action for every channel, as each person chose, with no more words than are needed."""
