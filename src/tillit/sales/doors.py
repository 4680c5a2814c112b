"""Who may come in to pages about invoices, and why something was not done, in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from tillit.access import Actor, current
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation, roles

if TYPE_CHECKING:
    from tillit.sales.actions import NotSold
    from tillit.sales.models import Invoice

View = Callable[..., HttpResponse]
SOLD_TO = "sold to"
"""Why a seller sees what is about their buyer."""


def person(view: View) -> View:
    """Whoever belongs to an organisation that has this trade; everybody else is a stranger."""

    @signed_in
    @wraps(view)
    def wrapped(request: Any, slug: str, **more: Any) -> HttpResponse:
        here = current_organisation(request)
        if request.actor.person is None or here is None or "sales" not in here.modules:
            raise Http404
        return view(request, slug=slug, **more)

    return wrapped


def sells(invoice: Invoice) -> bool:
    """Is the acting person its seller?"""
    if invoice.seller_id is None:
        return "administrator" in roles()
    return invoice.seller_id == (current() or Actor()).person


def reason(not_sold: NotSold) -> str:
    """Why it was not done, in words."""
    return {
        "business": _("First say what stands on your invoices of you."),
        "lines": _("There is nothing in it, or a number beyond bounds."),
        "rate": _("There is no such rate of VAT."),
        "reduction": _("The buyer has not answered about the tax reduction yet."),
        "late": _("The last day for these requests is over."),
        "paused": _("Your account is paused. The reasons are among your messages."),
        "nobody": _("Nobody writes themselves an invoice."),
    }.get(not_sold.why, _("That was done already, or can no longer be done."))
