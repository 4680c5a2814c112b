"""News: written by administrators, sent to those who agreed to them and to nobody else, at most once a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import as_office
from tillit.identity.queries import reachable
from tillit.kernel import clock, mail
from tillit.kernel.tasks import task
from tillit.kernel.ticket import Actor
from tillit.notify import events, kinds, links
from tillit.notify.kinds import Channel
from tillit.notify.models import News
from tillit.notify.sending import carry
from tillit.privacy.rights.consents import NEWS as AGREED
from tillit.privacy.rights.queries import willing

KIND = kinds.declare(
    "notify.news", says=_("News, at most once a month"), offered=(Channel.MAIL,), on=(Channel.MAIL,), consent=AGREED.key
)
TRIAL = kinds.declare(
    "notify.news_trial", says=_("News that you send to yourself to see them"), offered=(Channel.MAIL,),
    on=(Channel.MAIL,), must=True, roles=("administrator",),
)  # fmt: skip
BATCH = 100


class TooSoon(Exception):
    """News went out this month already."""


@dataclass(frozen=True)
class Audience:
    """How many people news reach, and how many not, by the first reason that holds."""

    reached: int
    not_agreed: int
    resting: int
    switched_off: int
    stopped: int


def audience() -> Audience:
    """Whom news would reach now: numbers alone, for administrators."""
    with connection.cursor() as cursor:
        cursor.execute("select * from notify.audience(%s, %s, %s)", [AGREED.key, AGREED.stopped_by, KIND.name])
        return Audience(*cursor.fetchone())


def write(news: News | None, *, organisation: Any, title: str, text: str) -> News:
    """Keep a draft, as an administrator. Raises ValueError for news that have gone out."""
    if news is None:
        news = News(organisation_id=organisation.pk, title=title, text=text)
        news.save(force_insert=True)
    elif not News.objects.filter(pk=news.pk, begun=None).update(title=title, text=text):
        raise ValueError("These news have gone out.")
    return news


def remove(news: News) -> None:
    """Delete a draft. Raises ValueError for news that have gone out."""
    if not News.objects.filter(pk=news.pk, begun=None).delete()[0]:
        raise ValueError("These news have gone out.")


def try_out(news: News, organisation: Any, me: Any) -> None:
    """Send it to the acting administrator (a row of identity.Person with an address), and to nobody else."""
    carry(TRIAL, message(news, organisation, me), organisation, person=me.pk, path="", about=[me.pk])


def send_off(news: News, organisation: Any) -> None:
    """Send it to everybody who agreed, in the background. Raises TooSoon, and ValueError for what has gone out."""
    now = clock.now()
    month = now.astimezone(ZoneInfo(organisation.time_zone)).date().replace(day=1)
    try:
        with transaction.atomic():
            if not News.objects.filter(pk=news.pk, begun=None).update(begun=now, month=month):
                raise ValueError("These news have gone out.")
    except IntegrityError:
        raise TooSoon from None
    evidence.record(events.NEWS.name, object=news.pk)
    actor = Actor(office="reaction", organisation=organisation.pk)
    send_news.configure(actor=actor).defer(news=news.pk, after="")


@task("notify.send_news")
def send_news(*, news: UUID, after: str) -> None:
    """Write to the next people; the batch after it is queued together with these mails."""
    with as_office("notify"):
        found = News.objects.select_related("organisation").filter(pk=news).exclude(begun=None).first()
    if found is None:
        return
    people = reachable(after=UUID(after) if after else None, most=BATCH)
    agreed = willing(AGREED.key)
    sent = 0
    for person in people:
        if person.pk in agreed and person.email:
            written = message(found, found.organisation, person)
            rows = carry(KIND, written, found.organisation, person=person.pk, path="", about=[person.pk])
            sent += sum(row.state == "waiting" for row in rows)
    over = len(people) < BATCH
    with as_office("notify"):
        News.objects.filter(pk=news).update(reached=F("reached") + sent, finished=clock.now() if over else None)
    if not over:
        send_news.defer(news=news, after=str(people[-1].pk))


def message(news: News, organisation: Any, person: Any) -> mail.Message:
    """The mail to one person, with its end: by one click (RFC 8058) and as a link that can be read."""
    return mail.render(
        "notify/news",
        to=person.email,
        language=person.language or organisation.languages[0],
        context={
            "title": news.title,
            "text": news.text,
            "unsubscribe_url": links.unsubscribe(organisation.slug, person.pk, KIND.name),
        },
        reply_to=organisation.contact_email,
        organisation_name=organisation.name,
        unsubscribe=links.unsubscribe(organisation.slug, person.pk, KIND.name),
    )


def written() -> list[News]:
    """Drafts and what went out, the latest first: for administrators."""
    return list(News.objects.order_by("-id")[:50])
