"""What people are promised about their own data, rehearsed: invented people use their rights in the real database, as
the role of this process, inside a savepoint of which nothing stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, acting
from tillit.access import actions as access
from tillit.identity import details, living
from tillit.identity.actions import add_person
from tillit.identity.queries import people_by_id
from tillit.kernel import clock
from tillit.kernel.dpv import Basis, Purpose
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.privacy import doors, registry
from tillit.privacy.rights import actions, corrections, objections, queries, showing

NAME, EMAIL, PHONE = "Proband Prüfling", "proband@example.invalid", "+46700000001"
LIVES = living.Lives("Provvägen 1", "000 00", "Prövköping")


class Rehearsal:
    """Two invented people of the organisation, without logins: `first` uses a right, `second` looks on."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.first, self.second = (
            add_person(organisation=ground.organisation.pk, name=NAME, email=EMAIL, phone=PHONE) for _number in (1, 2)
        )

    @contextmanager
    def as_first(self) -> Iterator[UUID]:
        """Act as the one who uses the right."""
        with acting(Actor(office="guest", person=self.first, organisation=self.ground.organisation.pk)):
            yield self.first

    @contextmanager
    def as_second(self) -> Iterator[UUID]:
        """Act as the other one."""
        with acting(Actor(office="guest", person=self.second, organisation=self.ground.organisation.pk)):
            yield self.second

    def sees(self) -> set[str]:
        """What the second one is shown of how the first one is reached."""
        with self.as_second():
            return {part for one in showing.to_me(quietly=True) for part in (one.email, one.phone) if part}

    def finds(self, whose: UUID) -> list[str]:
        """Where the second one reads that the first one lives."""
        with self.as_second():
            found = living.of([whose]).get(whose)
        return found.lines() if found else []

    def asked(self, function: str) -> bool:
        """What a program of the organisation hears when it asks `queries.<function>` about the first one."""
        use = {"restricted": (), "objected": ("marketing",), "consented": ("news",)}[function]
        with acting(Actor(office="reaction", organisation=self.ground.organisation.pk)):
            return bool(getattr(queries, function)(self.first, *use))


@contextmanager
def rehearsed(ground: Ground) -> Iterator[Rehearsal]:
    """A rehearsal; nothing of it stays."""
    with ground.acting_as(Actor(office="operator", organisation=ground.organisation.pk)):
        yield Rehearsal(ground)


def see_own_data(ground: Ground) -> Finding:
    """Somebody without a login opens the link and reads all that is held, and not a word of somebody else's."""
    with rehearsed(ground) as one:
        with one.as_first() as me:
            held = {held.label: held.value for held in registry.held(me)}
            page = ground.get(doors.to(people_by_id([me])[me], "data"))
        if held.get("identity.person.display_name") != NAME or held.get("identity.person.email") != EMAIL:
            return Finding(False, "What is held of a person is not shown to them.")
        text = page.content.decode(errors="replace")
        if page.status_code != 200 or NAME not in text or EMAIL not in text:
            return Finding(False, "The page about one's own data does not show it.")
        with one.as_second():
            try:
                registry.held(one.first)
            except PermissionError:
                return Finding(True, f"{len(registry.labels())} tables answer a person about themselves only.")
    return Finding(False, "Somebody reads what is held of somebody else.")


def correct_own_data(ground: Ground) -> Finding:
    """A name is written anew and stands there at once; nobody writes somebody else's; every detail has a way."""
    ways = [detail for detail in details.FIELDS if corrections.find(f"identity.person.{detail}") is None]
    if ways:
        return Finding(False, f"There is no way to correct {', '.join(ways)}.")
    with rehearsed(ground) as one:
        with one.as_first() as me:
            details.change(me, "display_name", "Proband Zwei")
            now = registry.one(me, "identity.person.display_name", me)
            if now is None or now.value != "Proband Zwei":
                return Finding(False, "What a person corrects does not stay.")
        with one.as_second():
            if details.change(one.first, "display_name", "Somebody Else"):
                return Finding(False, "Somebody can write another person's name.")
    return Finding(True, f"{len(details.FIELDS)} details can be corrected, by their person only.")


_hides: list[Callable[[Ground], str]] = []


def also_hides(check: Callable[[Ground], str]) -> None:
    """Let hide-or-delete-own-details ask an app above, which answers what is seen that was hidden, or ""."""
    if check not in _hides:
        _hides.append(check)


def hide_or_delete(ground: Ground) -> Finding:
    """A phone number goes alone and at once; what is shown of a person is hidden at once."""
    with rehearsed(ground) as one:
        with one.as_first() as me:
            grant = access.show("contact", one.second, clock.now() + timedelta(hours=1))
        if PHONE not in one.sees():
            return Finding(False, "What is shown is not seen, so that hiding proves nothing.")
        with one.as_first():
            access.take_back(grant)
        if one.sees():
            return Finding(False, "What was hidden is still seen.")
        with one.as_first():
            details.change(me, "phone", "")
            if any(held.label == "identity.person.phone" for held in registry.held(me)):
                return Finding(False, "A detail that was deleted is still held.")
    for wrong in (check(ground) for check in _hides):
        if wrong:
            return Finding(False, wrong)
    return Finding(True, "A detail was hidden and deleted; the rest stayed.")


def restrict(ground: Ground) -> Finding:
    """Data at rest is hidden from those to whom it was shown, and programs are told; it is used again on demand."""
    with rehearsed(ground) as one:
        with one.as_first():
            access.show("contact", one.second, clock.now() + timedelta(hours=1))
            actions.agree("news")
            actions.rest("accuracy")
        if one.sees() or not one.asked("restricted") or one.asked("consented"):
            return Finding(False, "Data at rest is still shown or used.")
        with one.as_first():
            actions.use_again()
        if EMAIL not in one.sees() or one.asked("restricted"):
            return Finding(False, "Data does not come back into use.")
    return Finding(True, "Data at rest was hidden and left out, and came back.")


def object_to_a_use(ground: Ground) -> Finding:
    """Every use that rests on a legitimate interest is offered; while reasons are weighed it is paused."""
    offered = {use.key for use in objections.every()}
    resting = [purpose.identifier for purpose in Purpose if purpose.basis is Basis.INTEREST]
    if closed := [key for key in resting if key not in offered]:
        return Finding(False, f"Nobody can object to {', '.join(closed)}.")
    with rehearsed(ground) as one:
        for use in resting:
            with one.as_first():
                actions.object_to(use, "My own situation")
            with acting(Actor(office="reaction", organisation=ground.organisation.pk)):
                if not queries.objected(one.first, use):
                    return Finding(False, "An objection that waits does not pause the use.")
    return Finding(True, f"{len(offered)} uses can be objected to; those that need reasons are paused meanwhile.")


def marketing_objection(ground: Ground) -> Finding:
    """Whoever agreed and then objects is left out in the same moment, without reasons and without an answer."""
    with rehearsed(ground) as one:
        with one.as_first():
            actions.agree("news")
        if not one.asked("consented"):
            return Finding(False, "Who agreed is left out, so that an objection proves nothing.")
        with one.as_first():
            actions.object_to("marketing")
        if one.asked("consented") or not one.asked("objected"):
            return Finding(False, "Somebody who objected can still be written to.")
    return Finding(True, "An objection stopped it at once.")


def share_with_one(ground: Ground) -> Finding:
    """One detail is shown to one person and to nobody else, and taken back at once; nothing is shown without an end."""
    with rehearsed(ground) as one:
        with one.as_first():
            grant = access.show("contact.phone", one.second, clock.now() + timedelta(hours=1))
            try:
                access.show("contact.phone", one.second, clock.now() + timedelta(days=800))
                return Finding(False, "Something can be shown without an end in sight.")
            except access.Refused:
                pass
        if one.sees() != {PHONE}:
            return Finding(False, "More or less is seen than what was chosen.")
        with acting(ground.newcomer):
            if showing.to_me(quietly=True):
                return Finding(False, "Somebody else sees what was shown to one.")
        with one.as_first() as me:
            access.take_back(grant)
            living.write(LIVES)
            access.show("contact", one.second, clock.now() + timedelta(hours=1))
        if one.finds(me):
            return Finding(False, "An address is seen that was not shown.")
        with one.as_first():
            grant = access.show("contact.address", one.second, clock.now() + timedelta(hours=1))
        if one.finds(me) != LIVES.lines():
            return Finding(False, "An address that was shown is not seen.")
        with acting(ground.newcomer):
            if living.of([me]):
                return Finding(False, "Somebody else sees an address that was shown to one.")
        with one.as_first():
            access.take_back_all()
        if one.sees() or one.finds(me):
            return Finding(False, "What was taken back is still seen.")
    return Finding(True, "A phone number and an address were seen by one person, until they were taken back.")


_HERE = "tests/privacy/rights/test_promises.py::"

give(
    Promise(
        "see-own-data",
        group=Group.RIGHTS,
        says=_("You see everything that is held of you at any time, without asking anybody."),
        by=_("An invented person opens the page by a link and is compared with what the database holds."),
        probe=see_own_data,
        sabotage=_HERE + "test_see_own_data",
    ),
    Promise(
        "correct-own-data",
        group=Group.RIGHTS,
        says=_("You correct it yourself, in place, and it holds at once."),
        by=_("An invented person writes a name anew; another one tries to."),
        probe=correct_own_data,
        sabotage=_HERE + "test_correct_own_data",
    ),
    Promise(
        "hide-or-delete-own-details",
        group=Group.CONTACT,
        says=_("You hide or delete a single detail, and the rest stays."),
        by=_("An invented person shows, hides and deletes a phone number, and another one looks."),
        probe=hide_or_delete,
        sabotage=_HERE + "test_hide_or_delete",
    ),
    Promise(
        "restrict",
        group=Group.RIGHTS,
        says=_("You lay your data at rest: it is kept and used for nothing else. You first read what that stops."),
        by=_("Policies in the database leave it out; asked as somebody to whom it was shown, and as a program."),
        probe=restrict,
        sabotage=_HERE + "test_restrict",
    ),
    Promise(
        "object",
        group=Group.RIGHTS,
        says=_("You object to a use. It is paused for you until somebody has weighed your reasons and answered."),
        by=_("Every use without your agreement, contract or law is tried by an invented person."),
        probe=object_to_a_use,
        sabotage=_HERE + "test_object",
    ),
    Promise(
        "marketing-objection-absolute",
        group=Group.RIGHTS,
        says=_("If you object to being written to with offers, it stops at once, whatever you agreed to before."),
        by=_("An invented person agrees, objects, and is looked for among those who may be written to."),
        probe=marketing_objection,
        sabotage=_HERE + "test_marketing_objection",
    ),
    Promise(
        "share-with-one",
        group=Group.CONTACT,
        says=_("You show one detail to one person for the time that you choose, and take it back at once."),
        by=_("An invented person shows a phone number to another one; a third one looks, too."),
        probe=share_with_one,
        sabotage=_HERE + "test_share_with_one",
    ),
)
