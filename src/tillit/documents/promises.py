"""What documents promise, asked of the database's own rules, of the real rows and of the pages themselves."""

from __future__ import annotations

from django.db import DatabaseError
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.documents import forms, queries, shown
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor

CLOSED = ("documents_document", "documents_request", "documents_opening", "documents_check", "documents_shown")
"""Tables of which a stranger sees no row."""
SAID = ("documents/before.html", "documents/pages.html")
"""Pages that show somebody else's document."""
_VOUCHED = "documents/_vouched.html"


def provider_approves(ground: Ground) -> Finding:
    """Nobody sees rows of others, nobody opens with an order that is not signed, each grant ends, each look is told."""
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            for table in CLOSED:
                (seen,) = ground.rows(f'select count(*) from "{table}"')[0]  # noqa: S608 (our own constant)
                if seen:
                    return Finding(False, f"{seen} rows of {table} are open to office {actor.office}.")
        if _opens(ground, actor):
            return Finding(False, f"Office {actor.office} opens a document with an order that nobody signed.")
    with ground.acting_as(_prober(ground)):
        kept, _unreminded, opened, untold, endless = ground.rows("select * from documents.probed()")[0]
    if endless:
        return Finding(False, f"{endless} documents are open for longer than their owners can choose.")
    if untold:
        return Finding(False, f"{untold} openings stand in nobody's evidence.")
    return Finding(True, f"{kept} documents, closed to strangers; {opened} openings, each told to the owner.")


def not_vouched(ground: Ground) -> Finding:
    """Each page that shows a document says what was not checked, and nobody opens one without having read it."""
    if forms.OpenForm({}).is_valid():
        return Finding(False, "A document opens without the viewer's word that they read what was not checked.")
    for name in SAID:
        if _VOUCHED not in get_template(name).template.source:  # type: ignore[attr-defined]
            return Finding(False, f"{name} does not say what was checked.")
    part = get_template(_VOUCHED)
    for language in ("sv", "en", "fa"):
        with translation.override(language):
            said = part.render({"was_checked": False})
            if str(translation.gettext("Not checked by us.")) not in said:
                return Finding(False, f"What was not checked is not said in {language}.")
            bare = queries.Title(ground.elsewhere, ground.elsewhere, "other", "", "", None, "", None)
            if shown.title_checked(bare, "UTC") != translation.gettext("Not checked by us"):
                return Finding(False, "A title on a profile does not say that it was not checked.")
    with ground.acting_as(ground.newcomer):
        if ground.rows("select * from documents.file(%s, false)", [ground.elsewhere]):
            return Finding(False, "A file comes without an opening.")
    return Finding(True, f"{len(SAID)} pages show documents; each says what was checked, accepted before it opens.")


def unreminded(ground: Ground) -> str:
    """For the promise qualification-upkeep: what is wrong with the reminders; "" for nothing."""
    with ground.acting_as(_prober(ground)):
        kept, missing, *_rest = ground.rows("select * from documents.probed()")[0]
    return f"{missing} of {kept} documents end without a reminder." if missing else ""


def _opens(ground: Ground, actor: Actor) -> bool:
    try:
        with ground.acting_as(actor):
            ground.rows("select * from documents.approve(%s, %s)", ["{}", "00"])
    except DatabaseError:
        return False
    return True


def _prober(ground: Ground) -> Actor:
    return Actor(office="prober", organisation=ground.organisation.pk)


_HERE = "tests/documents/test_document_promises.py::"
_WHERE = frozenset({"documents"})

give(
    Promise(
        "provider-approves-document",
        group=Group.CONTACT,
        says=_(
            "Documents are closed. Their owner opens one to one person for a set time; it ends by itself, and every "
            "opening is shown to the owner."
        ),
        by=_("Row security in the database; strangers look and try to open, grants and openings are counted."),
        probe=provider_approves,
        sabotage=_HERE + "test_provider_approves_document",
        modules=_WHERE,
    ),
    Promise(
        "not-vouched",
        group=Group.STANDING,
        says=_(
            "Wherever a document is shown we say what we have and have not checked; whoever opens it reads that first. "
            "Judging it, and using it, is up to them."
        ),
        by=_("The pages that show documents are looked at in each language; one is opened without having read."),
        probe=not_vouched,
        sabotage=_HERE + "test_not_vouched",
        modules=_WHERE,
    ),
)
