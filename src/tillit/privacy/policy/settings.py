"""Numbers of days that an organisation chooses about its policy."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.kernel import ends

NOTICE_DAYS = ends.Setting(
    "privacy.notice_days",
    default=30,
    least=14,
    most=180,
    says=_("Days between the announcement of a change that matters and the day from which it holds"),
)
