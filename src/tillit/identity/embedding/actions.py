"""Letting other sites show an organisation's pages, and no longer."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit import evidence
from tillit.access import current
from tillit.evidence import events
from tillit.identity.embedding import sites
from tillit.identity.embedding.models import EmbedSite

MOST = 20  # sites of one organisation: each stands in a header of the embedded pages
ALLOWED = events.declare(
    "identity.embed.allowed", label=gettext_lazy("Another site may show our pages"), keep=5 * events.YEAR
)
ENDED = events.declare(
    "identity.embed.ended", label=gettext_lazy("Another site may show our pages no longer"), keep=5 * events.YEAR
)


def allow(text: str) -> str:
    """As administrator, let a site show the acting organisation's pages. Returns its one spelling; twice is once.

    Raises ValidationError for what is no site, and where there are too many.
    """
    site = sites.read(text)
    if EmbedSite.objects.count() >= MOST:
        raise ValidationError(_("That is as many sites as there can be. Take one away first."))
    actor = current()
    assert actor is not None and actor.organisation is not None
    row = EmbedSite(organisation_id=actor.organisation, site=site)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return site
    evidence.record(ALLOWED.name, object=row.pk, detail={"site": site})
    return site


def end(site: UUID) -> bool:
    """As administrator, let a site show the pages no longer. False when it did not (any more)."""
    row = EmbedSite.objects.filter(pk=site).first()
    if row is None or not EmbedSite.objects.filter(pk=site).delete()[0]:
        return False
    evidence.record(ENDED.name, object=site, detail={"site": row.site})
    return True


def allowed() -> list[EmbedSite]:
    """The sites that may show the acting organisation's pages, in the order of the alphabet."""
    return list(EmbedSite.objects.order_by("site"))
