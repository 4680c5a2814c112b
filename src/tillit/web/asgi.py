"""The ASGI application. Its process opens no connection past egress."""

from __future__ import annotations

import gc
import os

import django

from tillit.kernel import keys
from tillit.kernel.egress import gate
from tillit.web.bodies import limited
from tillit.web.handler import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tillit.web.settings")
django.setup(set_prefix=False)

application = limited(Handler())
keys.check_start()
gate.shut()
gc.freeze()  # what the program is made of stays; looking through it for garbage took a twentieth of a page's time
gc.set_threshold(20_000, 20, 50)
