"""The ASGI application. Its process opens no connection past egress."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from tillit.kernel import keys
from tillit.kernel.egress import gate
from tillit.web.bodies import limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tillit.web.settings")

application = limited(get_asgi_application())  # type: ignore[arg-type]  # Django types ASGI more loosely
keys.check_start()
gate.shut()
