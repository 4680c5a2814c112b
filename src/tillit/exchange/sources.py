"""Where people's details in a file come from: asked of whoever brings them, told to those whom they are about
(GDPR Art. 14(2)(f))."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

SOURCES: dict[str, Words] = {
    "themselves": _("they gave them to us themselves, earlier"),
    "system": _("from the system that we used before"),
    "partner": _("from another organisation, which may pass them on"),
    "workplace": _("from their workplace or school"),
    "public": _("from a public register"),
}
