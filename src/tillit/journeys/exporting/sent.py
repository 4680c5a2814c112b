"""What was sent to people, what other programs were told, news, and sites that show pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.exchange.lists import Between, Line, List, register
from tillit.identity.embedding import actions as embedding
from tillit.journeys.exporting.common import PAGE, administrators, instants, officers
from tillit.notify import news, queries
from tillit.notify.said import said_of
from tillit.notify.webhooks import queries as webhooks


def _sendings(request: Any, between: Between) -> Iterable[Line]:
    before = None
    while rows := queries.deliveries(since=between.first, until=between.last, before=before, most=PAGE):
        before = rows[-1].pk
        for row in rows:
            line = said_of(row)
            yield Line((line.made, str(line.says), str(line.by), line.became), row.person_id)


def _deliveries(request: Any, between: Between) -> Iterable[Line]:
    first, last = instants(request, between)
    for hook in webhooks.every():
        before = None
        while rows := webhooks.sent(hook, before=before, most=PAGE):
            before = rows[-1].pk
            yield from (
                Line((row.made, hook.url, row.event, row.state, row.tries, row.status)) for row in rows
                if first <= row.made < last
            )  # fmt: skip


def _news(request: Any, between: Between) -> Iterable[Line]:
    for one in news.written():
        yield Line((one.made, one.title, one.begun, one.finished, one.reached if one.begun else None))


def _sites(request: Any, between: Between) -> Iterable[Line]:
    for one in embedding.allowed():
        yield Line((one.site, one.made))


register(
    List(
        "messages", _("Messages that were sent"), (_("When"), _("What"), _("How"), _("What became of it")),
        officers, _sendings, "office_messages", others=True, days=True,
    )
)  # fmt: skip
register(
    List(
        "webhooks", _("What other programs were told"),
        (_("When"), _("Address"), _("Event"), _("State"), _("Tries"), _("Answer")),
        administrators, _deliveries, "office_webhooks", days=True,
    )
)  # fmt: skip
register(
    List(
        "news", _("News"), (_("Written"), _("What it is about"), _("Begun"), _("Finished"), _("How many")),
        administrators, _news, "office_news",
    )
)  # fmt: skip
register(
    List("sites", _("On other sites"), (_("The site's address"), _("Since")), administrators, _sites, "office_embed")
)
