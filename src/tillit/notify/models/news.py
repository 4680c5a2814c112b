"""News: what an organisation writes to those who agreed to it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import staff
from tillit.kernel.models import Made, Row
from tillit.kernel.rls import office


class News(Row, Made):
    """One message to everybody who agreed to news. `begun`: when it was sent off; `reached`: to how many so far."""

    LONGEST = 5000  # characters

    called = _("news that was sent")
    not_personal = ("title", "text", "begun", "month", "finished", "reached", "made")

    title = models.CharField(max_length=100)
    text = models.TextField(max_length=LONGEST)
    begun = models.DateTimeField(null=True)
    month = models.DateField(null=True, help_text="Its first day: people agreed to once a month at most.")
    finished = models.DateTimeField(null=True)
    reached = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="news_once_a_month")]
        indexes = [models.Index(fields=["organisation", "-id"], name="news_of_organisation")]

    class Visible:
        see = [staff("administrator"), office("notify")]
        add = [staff("administrator")]
        change = [staff("administrator"), office("notify")]
        remove = [staff("administrator")]
        fields_to_change = ("title", "text", "begun", "month", "finished", "reached")

    def __str__(self) -> str:
        return str(self.pk)
