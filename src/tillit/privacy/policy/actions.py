"""Writes of the office: what an organisation chooses about its policy."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tillit import evidence
from tillit.privacy.policy import frames
from tillit.privacy.policy.events import SETTLED
from tillit.privacy.policy.settings import NOTICE_DAYS


def choose(organisation: Any, *, notice_days: int | None = None, **fields: Any) -> None:
    """Choose settings of the policy: fields of PolicySettings, and how long a change is announced before it holds.

    By an administrator or the privacy office (the database decides; days by an administrator only). What is published
    stays as it was until the next version. Raises ValidationError for what the law of the frame forbids.
    """
    age = frames.frame(organisation).age
    if fields.get("minimum_age") and fields["minimum_age"] < age.least:
        raise ValidationError(
            {"minimum_age": _("The law here allows no less than %(age)s years.") % {"age": age.least}}
        )
    row = frames.settings_of(organisation)
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    if changed:
        for name in changed:
            setattr(row, name, fields[name])
        row.save(force_insert=row._state.adding)
        evidence.record(SETTLED.name, object=row.pk, detail={"changed": changed})
    if notice_days is not None and notice_days != NOTICE_DAYS.days():
        NOTICE_DAYS.choose(notice_days)
