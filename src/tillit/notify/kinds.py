"""What people can be told of. Each app declares its own kinds where it sends them:

MADE = notify.declare("booking.made", says=_("Your bookings: made, moved, cancelled"), offered=(MAIL, SMS, INSIDE))
"""

from __future__ import annotations

from tillit.kernel.dpv import Words
from tillit.kernel.letters import Channel, How, Kind, declare, every, known

__all__ = ["Channel", "How", "Kind", "Words", "declare", "every", "known"]
