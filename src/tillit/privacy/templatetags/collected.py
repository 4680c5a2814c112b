"""{% load collected %}: what is said beside every form that asks something of a person (GDPR Art. 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.template import Context, Library
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.kernel import ends, formats
from tillit.kernel.declare import holdings
from tillit.privacy import registry

register = Library()


@register.inclusion_tag("privacy/collected.html", takes_context=True)
def collected_here(
    context: Context, *labels: str, who: str = "", brief: bool = False, days: int | None = None
) -> dict[str, Any]:
    """{% collected_here "booking.booking.note" "identity.person.email" who=host %}: what is asked, what for, on which
    basis and how long it is kept, in one line; each kind for itself on demand. All of it comes from the declarations
    beside the fields. who: who sees it, where the page knows. brief: on demand only, where somebody writes often what
    they gave before (a password). days: where what is asked here is kept for other days than the organisation's.

    Raises KeyError for a label that is no declared field: a form cannot ask for what nobody declares.
    """
    kinds = registry.kinds(labels)
    return {
        "who": who,
        "brief": brief,
        "what": _list(kind.what.label for kind in kinds),
        "why": _list(purpose.says for kind in kinds for purpose in kind.purposes),
        "basis": _list(basis.label for kind in kinds for basis in kind.bases),
        "kept": _list(_kept(labels, days)),
        "kinds": [
            {"what": kind.what.label, "why": _list(p.says for p in kind.purposes),
             "basis": _list(b.label for b in kind.bases), "kept": _list(_kept(kind.labels, days)),
             "erase": _list(e.label for e in kind.erase)}
            for kind in kinds
        ],
        "organisation": context.get("organisation"),
    }  # fmt: skip


def _kept(labels: Iterable[str], own_days: int | None) -> Iterator[str]:
    """How long these fields are kept; where the organisation chooses, the days that hold now (or `own_days`)."""
    wanted = set(labels)
    rules = {one.declared.keep.until: one.declared.keep for one in holdings() if one.label in wanted}
    for keep in rules.values():
        if not keep.setting:
            yield str(keep.says)
            continue
        ends.known()
        days = own_days or ends.settings[keep.setting].days()
        time = formats.format_days(days, get_language() or "en")
        yield _("%(says)s (now %(time)s)") % {"says": keep.says, "time": time}


def _list(words: Iterable[Any]) -> str:
    """Each of them once, as a list in the reader's language."""
    return formats.join_words(dict.fromkeys(str(word) for word in words), get_language() or "en")
