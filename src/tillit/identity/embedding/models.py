"""Which other sites may show an organisation's pages inside their own."""

from __future__ import annotations

from django.db import models

from tillit.access.visible import staff
from tillit.identity.embedding.sites import LONGEST
from tillit.kernel.models import Made, Row
from tillit.kernel.rls import everyone


class EmbedSite(Row, Made):
    """A site, as `sites.read` spells it. Everybody may know of it: a header of the embedded pages says it."""

    not_personal = ("site", "made")

    site = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "site"], name="embed_site_once")]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        remove = [staff("administrator")]

    def __str__(self) -> str:
        return self.site
