"""What the office's lists hold, and whom they tell: never those from whom a page keeps that they stand in it."""

from __future__ import annotations

from datetime import timedelta

from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.exchange.conftest import browser, folder  # noqa: F401 (a fixture)
from tests.exchange.test_pages import taken
from tillit.evidence.models import Event
from tillit.identity.models import Person
from tillit.kernel import clock
from tillit.kernel.ids import new_id
from tillit.privacy.models import Alarm, Disclosure, Hold, Incident


def told(which: str) -> set:
    """Whom the file of a list was told."""
    with privileged():
        rows = list(Event.objects.filter(name="exchange.list.exported"))
    return {row.subject_id for row in rows if f'"{which}"' in str(row.detail).replace("'", '"')}


def test_what_is_kept_from_somebody_is_not_told_by_a_file(desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller", email="grace@example.org")
    order(desk.kinds["consultation"], at(12), name="Ada Lind", email="ada@example.org")
    now, here = clock.now(), {"organisation": desk.organisation}
    with privileged():
        grace, ada = (Person.objects.get(account=None, pk=row.pk) for row in sorted(
            Person.objects.filter(account=None), key=lambda one: one.display_name, reverse=True))  # fmt: skip
        assert (grace.display_name, ada.display_name) == ("Grace Miller", "Ada Lind")
        for person, state in ((grace, "live"), (ada, "waiting")):
            Hold(**here, matter=new_id(), person=person, reason="claim", words=f"The claim, {state}", state=state,
                 starts=now, ends=now + timedelta(days=90)).save(force_insert=True)  # fmt: skip
        for person, known in ((grace, now), (ada, None)):
            Disclosure(
                **here,
                kind="claim",
                person=person,
                receiver_kind="court",
                receiver="Tingsrätten",
                case="T",
                basis="x",
                words="x",
                fields=[],
                state="waiting",
                told=known,
            ).save(force_insert=True)
        Alarm(**here, rule="reads", person=desk.h1.person, who=str(desk.h1.person_id), first=now, last=now, figure=200
              ).save(force_insert=True)  # fmt: skip
        Incident(**here, reference="I-1", source="staff", known=now, what="A lost letter").save(force_insert=True)
    client = browser(desk.administrator)
    for which, words in (("holds", "The claim, waiting"), ("disclosures", "Tingsrätten"), ("incidents", "I-1")):
        assert words in taken(client, which).decode(), which
    assert len(taken(client, "alarms").decode().splitlines()) == 2
    assert told("holds") == told("disclosures") == {grace.pk}
    assert told("alarms") == set()
