"""What other apps put onto the page of a thread: `slots.add("actions", fn)`, fn(request, talk) -> parts."""

from __future__ import annotations

from tillit.kernel.slots import Part, Slots

PAGE = Slots("about", "actions", "beside")
add = PAGE.add

__all__ = ["PAGE", "Part", "add"]
