"""What the desk promises, asked of the database's own rules, of the real rows and of the public form."""

from __future__ import annotations

from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit.desk.models import Call, Message, Thread
from tillit.kernel import clock
from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Erase
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor
from tillit.privacy.desk import promises as requests

CLOSED = ("desk_thread", "desk_message", "desk_rating", "desk_call")
"""Tables of which a stranger sees no row."""


def in_time(ground: Ground) -> str:
    """For the promise support-desk: what is wrong with the desk's clock; "" for nothing."""
    page = ground.get(reverse("contact", args=[ground.organisation.slug]))
    if page.status_code != 200:
        return "The public form for questions does not open."
    with ground.acting_as(_prober(ground)):
        late = Thread.objects.filter(due__lt=clock.now()).exclude(state__in=("unproven", "closed")).count()
    return f"{late} answers at the desk are late." if late else ""


def quality_control(ground: Ground) -> Finding:
    """Complaints are taken, decided with words and in time, never by whom they are about, and people are asked."""
    page = ground.get(reverse("contact", args=[ground.organisation.slug])).content.decode(errors="replace")
    if 'value="complaint"' not in page:
        return Finding(False, "The public form takes no complaint.")
    for name in ("desk_nobody_judges_themselves", "desk_only_complaints_are_decided"):
        if ground.rows("select convalidated from pg_constraint where conname = %s", [name]) != [(True,)]:
            return Finding(False, f"The database no longer keeps the rule {name}.")
    with ground.acting_as(_prober(ground)):
        complaints = Thread.objects.filter(kind="complaint").exclude(state="unproven")
        late = complaints.filter(due__lt=clock.now()).exclude(state="closed").count()
        decided = set(complaints.exclude(decision="").values_list("pk", flat=True))
        told = set(Message.objects.filter(thread__in=decided, side="us").values_list("thread_id", flat=True))
        own = complaints.filter(about__isnull=False).values_list("pk", "about_id")
        judged = sum(Message.objects.filter(thread=one, side="us", author=about).exists() for one, about in own)
    if late:
        return Finding(False, f"{late} complaints are late.")
    if silent := len(decided - told):
        return Finding(False, f"{silent} complaints were decided without a word.")
    if judged:
        return Finding(False, f"{judged} complaints were answered by whom they are about.")
    return Finding(True, f"{len(decided)} complaints decided, each with reasons; none waits past its last day.")


def call_centre(ground: Ground) -> Finding:
    """What was entered for callers is theirs, erased with them; nobody else finds callers, and openings end."""
    declared = {one.label: one.declared for one in holdings() if one.label.startswith("desk.")}
    foreign = sorted(
        label for label, said in declared.items() if said.of != ("person",) or said.erase is not Erase.DELETE
    )
    if foreign or not declared:
        return Finding(False, f"Not the caller's, or not erased with them: {', '.join(foreign)}.")
    with ground.acting_as(_prober(ground)):
        entered = Thread.objects.filter(channel="telephone")
        (own,) = ground.rows(
            "select count(*) from desk_thread"
            " where channel = 'telephone' and person_id is not distinct from entered_by_id"
        )[0]
        (long,) = ground.rows("select count(*) from desk_call where ends > made + interval '15 minutes'")[0]
        count, calls = entered.count(), Call.objects.count()
    if own:
        return Finding(False, f"{own} of what callers said belongs to whoever typed it.")
    if long:
        return Finding(False, f"{long} calls stay open for longer than a quarter of an hour.")
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            for table in CLOSED:
                (seen,) = ground.rows(f'select count(*) from "{table}"')[0]  # noqa: S608 (our own constant)
                if seen:
                    return Finding(False, f"{seen} rows of {table} are open to office {actor.office}.")
        if _finds(ground, actor):
            return Finding(False, f"Office {actor.office} finds callers by their number.")
    return Finding(
        True, f"{count} matters entered by telephone, {calls} openings, each ended within a quarter of an hour."
    )


def _finds(ground: Ground, actor: Actor) -> bool:
    """Can this actor look for a number, with an order that nobody has signed?"""
    try:
        with ground.acting_as(actor):
            ground.rows("select * from desk.callers(%s, %s)", ["{}", "00"])
    except DatabaseError:
        return False
    return True


def _prober(ground: Ground) -> Actor:
    return Actor(office="prober", organisation=ground.organisation.pk)


_HERE = "tests/desk/test_desk_promises.py::"

requests.also(in_time)

give(
    Promise(
        "quality-control",
        group=Group.STANDING,
        says=_("Complaints, and how content you were, are looked into and answered; never by whom they are about."),
        by=_("The form is opened; every complaint is held against its last day, its words and whom it is about."),
        probe=quality_control,
        sabotage=_HERE + "test_quality_control",
    ),
    Promise(
        "call-centre",
        group=Group.RIGHTS,
        says=_(
            "What is written down when you call is yours, with the same rights; what is opened then closes by itself."
        ),
        by=_("Every such row is counted and asked whose it is; strangers look for numbers and find nobody."),
        probe=call_centre,
        sabotage=_HERE + "test_call_centre",
    ),
)
