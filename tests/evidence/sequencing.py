"""One round of the sequencer as a process of its own: `python -m tests.evidence.sequencing ORGANISATION`."""

from __future__ import annotations

import sys
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

    from tillit.evidence import sequencer
    from tillit.kernel.ticket import Actor, acting

    with acting(Actor(office="sequencer", organisation=UUID(sys.argv[1]))):
        sys.stdout.write(f"{sequencer.sequence()}\n")
