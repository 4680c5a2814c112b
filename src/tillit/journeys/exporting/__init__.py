"""Every list of the product as a file, beside the query that its page asks, under the same rules. A page that lists
something carries `{% export_link "<key>" %}`; tests/guards/list_pages.txt says of those that do not why."""

from __future__ import annotations

from tillit.journeys.exporting import booked, counted, desk, office, paid, people, sent, sold, watched

__all__ = ["booked", "counted", "desk", "office", "paid", "people", "sent", "sold", "watched"]
