"""Every field says what it holds about a person, or that it holds nothing."""

from __future__ import annotations

import csv
from typing import Any
from unittest import mock

import pytest
from django.apps import apps
from django.core.checks import registry as check_registry
from django.core.management import call_command
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.test.utils import isolate_apps

from tests.conftest import ROOT
from tillit.identity.library_tables import DECLARED as LIBRARY_DECLARED
from tillit.kernel import declaration_checks
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Basis, Data, Erase, Keep, Purpose, Term
from tillit.kernel.sealed import Sealed
from tillit.privacy.promises import FOR_SALE

DPV = ROOT.parent / "shared" / "standards" / "dpv"

# Tables of libraries that hold nothing about a person, and why.
IMPERSONAL = {
    "auth_permission": "names of Django's rights, unused",
    "auth_group": "unused",
    "auth_group_permissions": "unused",
    "django_content_type": "names of models",
}


def undeclared_library(declared: dict[str, dict[str, Any]]) -> list[str]:
    """Tables of libraries in neither list, and their fields without an entry."""
    wrong = []
    found: dict[str, set[str]] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("tillit."):
            for model in config.get_models(include_auto_created=True):
                fields = (f for f in model._meta.local_concrete_fields if not f.primary_key and not f.is_relation)
                found[model._meta.db_table] = {field.name for field in fields}
    for table, fields in found.items():
        if table in IMPERSONAL:
            continue
        if table not in declared:
            wrong.append(f"{table}: a library's table in no list (identity/library_tables.py)")
            continue
        wrong += [
            f"{table}.{name} does not say what it holds about a person" for name in fields - declared[table].keys()
        ]
        wrong += [f"{table}.{name} is listed and is not there" for name in declared[table].keys() - fields]
    wrong += [f"{table} is listed and is not there" for table in (declared.keys() | IMPERSONAL) - found.keys()]
    return sorted(wrong)


@pytest.mark.parametrize("name", declaration_checks.CHECKS)
def test_our_models(name):
    wrong = declaration_checks.wrong(name)
    assert not wrong, "\n".join(wrong)


def test_django_runs_the_checks():
    assert declaration_checks.check_declarations in check_registry.registry.get_checks()
    assert call_command("check", "--tag", "models") is None


def test_every_field_of_a_library_is_declared():
    wrong = undeclared_library(LIBRARY_DECLARED)
    assert not wrong, "\n".join(wrong)


def test_every_word_is_of_the_vocabulary():
    """Kinds, purposes and bases are terms of the Data Privacy Vocabulary 2.3, each of its right sort."""
    if not DPV.is_dir():
        pytest.skip("The vocabulary's files are not on this machine (../shared/standards/dpv).")
    sorts = {}
    for vocabulary in ("dpv", "pd", "eu-gdpr"):
        with (DPV / f"{vocabulary}.csv").open(encoding="utf-8", newline="") as file:
            sorts |= {f"{vocabulary}:{row['term']}": row["dpvtype"] for row in csv.DictReader(file)}
    for words, sort in ((Data, "dpv#PersonalData"), (Purpose, "dpv#Purpose"), (Basis, "dpv#LegalBasis")):
        assert not (strange := foreign(words, sort, sorts)), strange
    assert not FOR_SALE.keys() - sorts.keys()

    class Invented(Term):
        GUESSES = ("pd:Guesses", "what we guess")
        BASIS = ("eu-gdpr:A6-1-a", "a basis is no kind of data")

        def __init__(self, identifier, label):
            self.identifier = identifier

    assert foreign(Invented, "dpv#PersonalData", sorts) == ["pd:Guesses", "eu-gdpr:A6-1-a"]


def foreign(words, sort, sorts):
    return [word.identifier for word in words if sort not in sorts.get(word.identifier, "")]


KNOWN = Keep("kernel.sample.over", "a while", clock="kernel.sweep")


def said(field, keep=KNOWN, what=Data.NAME, why=(Purpose.BOOK,), of="self"):
    return personal(field, of=of, what=what, why=why, keep=keep, erase=Erase.KEEP)


def sealed(field, **more):
    words = {"what": Data.NAME, "why": [Purpose.BOOK], "keep": KNOWN, "erase": Erase.SHRED, **more}
    return Sealed(field, of="self", **words)


class Sample(models.Model):
    class Meta:
        abstract = True
        app_label = "kernel"


def test_sabotage_of_undeclared_fields():
    with isolate_apps("tillit.kernel"):

        class Forgetful(Sample):
            not_personal = ("fine", "gone", "twice")
            fine = models.TextField()
            forgotten = models.TextField()
            twice = said(models.CharField(max_length=9))
            friends = models.ManyToManyField("self")

    assert declaration_checks.wrong("tillit.E101", of=[Forgetful]) == [
        "kernel.Forgetful.forgotten does not say what it holds about a person",
        "kernel.Forgetful.twice is declared twice",
        "kernel.Forgetful.gone is listed and is not there",
        "kernel.Forgetful.friends: a table between two is a model with a declaration of its own",
    ]


def test_sabotage_of_a_basis():
    with isolate_apps("tillit.kernel"):

        class Baseless(Sample):
            name = said(models.CharField(max_length=9), why=[Purpose.BOOK, Purpose.SECURITY])

    assert not declaration_checks.wrong("tillit.E102", of=[Baseless])
    with mock.patch.object(Purpose.SECURITY, "basis", None):
        assert declaration_checks.wrong("tillit.E102", of=[Baseless]) == [
            "kernel.Baseless.name is used for dpv:EnforceSecurity, which has no legal basis"
        ]


def test_sabotage_of_clocks():
    with isolate_apps("tillit.kernel"):

        class Lasting(Sample):
            swept = said(models.CharField(max_length=9))
            ended = said(models.CharField(max_length=9), Keep("a.b.c", "a while", clock="booking.data"))
            taken = said(models.CharField(max_length=9), Keep("booking.host.over", "as long as"))
            forever = said(models.CharField(max_length=9), Keep("a.b.c", "always"))
            stopped = said(models.CharField(max_length=9), Keep("a.b.c", "a while", clock="no.clock"))
            by_hand = said(models.CharField(max_length=9), Keep("a.b.c", "a while", clock="evidence.grow"))
            unset = said(models.CharField(max_length=9), Keep("a.b.c", "a while", setting="no.setting"))
            other = said(models.CharField(max_length=9), Keep("a.b.c", "a while", 31, setting="booking.keep_days"))
            wordless = said(models.CharField(max_length=9), Keep("a.b.c", "", clock="booking.data"))

    strange = "which is neither a kind of end nor a sweep that runs by itself"
    assert declaration_checks.wrong("tillit.E103", of=[Lasting]) == [
        "kernel.Lasting.forever has no clock, and a.b.c takes no row away",
        f"kernel.Lasting.stopped is on the clock no.clock, {strange}",
        f"kernel.Lasting.by_hand is on the clock evidence.grow, {strange}",
        "kernel.Lasting.unset is kept by the setting no.setting, which no app registers",
        "kernel.Lasting.other says 31 days, and the setting booking.keep_days says 30",
        "kernel.Lasting.wordless does not say how long it is kept",
    ]


def test_sabotage_of_sealed_fields():
    with isolate_apps("tillit.kernel"):

        class Leaking(Sample):
            organisation_id = models.UUIDField()
            one = sealed(models.CharField(max_length=9))
            two = sealed(models.CharField(max_length=9))
            three = sealed(models.CharField(max_length=9))
            four = sealed(models.CharField(max_length=9))
            five = sealed(models.CharField(max_length=9))
            six = sealed(models.CharField(max_length=9))
            fine = sealed(models.CharField(max_length=9))

            class Meta(Sample.Meta):
                indexes = [
                    models.Index(Lower("one"), name="i1"),
                    models.Index(fields=["id"], condition=~Q(one=""), name="i2"),
                ]
                constraints = [
                    models.UniqueConstraint(fields=["organisation_id", "two"], name="c1"),
                    models.CheckConstraint(condition=Q(id=1) | ~Q(id=2, three__gt=F("four")), name="c2"),
                ]
                ordering = [F("five").desc(), "id"]

            @property
            def initials(self):
                return self.six[:1]

            def shown(self):
                return self.initials

            def __str__(self):
                return f"{self.pk}: {self.shown()}"

    says = declaration_checks.wrong("tillit.E104", of=[Leaking])
    places = [
        "one is sealed and stands in an index",
        "one is sealed and stands in an index",
        "two is sealed and stands in a constraint",
        "four is sealed and stands in a constraint",
        "three is sealed and stands in a constraint",
        "five is sealed and stands in the ordering",
        "six is sealed and stands in __str__, from where it reaches logs and error pages",
    ]
    assert says == [f"kernel.Leaking.{place}" for place in places]


def test_sabotage_of_free_text():
    with isolate_apps("tillit.kernel"):

        class Talkative(Sample):
            open_text = {"public": "published by its writer", "gone": "an old reason", "empty": ""}
            not_personal = ("about_nobody",)
            organisation_id = models.UUIDField()
            note = said(models.TextField())
            answers = said(models.JSONField())
            wish = said(models.CharField(max_length=2000), what=Data.COMMUNICATION)
            empty = said(models.TextField())
            public = said(models.TextField())
            name = said(models.CharField(max_length=200))
            subject = said(models.CharField(max_length=200), what=Data.COMMUNICATION)
            secret = sealed(models.TextField(), what=Data.COMMUNICATION)
            about_nobody = models.TextField()

    free = "is free text about a person: seal it, or say in open_text why it may lie open"
    assert declaration_checks.wrong("tillit.E105", of=[Talkative]) == [
        f"kernel.Talkative.note {free}",
        f"kernel.Talkative.answers {free}",
        f"kernel.Talkative.wish {free}",
        f"kernel.Talkative.empty {free}",
        "kernel.Talkative.gone stands in open_text and is no open text about a person",
    ]


def test_sabotage_of_paths():
    with isolate_apps("tillit.kernel"):

        class Lost(Sample):
            keeper_id = models.UUIDField()
            parent = models.ForeignKey("self", models.CASCADE)
            found = said(models.CharField(max_length=9), of=("self", "keeper_id", "parent__keeper_id", "parent_id"))
            lost = said(models.CharField(max_length=9), of=("keeper_id", "owner"))
            far = said(models.CharField(max_length=9), of="parent__owner")

    assert declaration_checks.wrong("tillit.E106", of=[Lost]) == [
        "kernel.Lost.lost: nobody is found at 'owner'",
        "kernel.Lost.far: nobody is found at 'parent__owner'",
    ]


def test_a_finding_names_model_and_number():
    with mock.patch.object(Purpose.SECURITY, "basis", None):
        found = declaration_checks.check_declarations()
    assert found
    assert {message.id for message in found} == {"tillit.E102"}
    assert "tillit.E102" in str(found[0])


def test_sabotage_of_library_tables():
    fewer = {table: dict(fields) for table, fields in LIBRARY_DECLARED.items() if table != "account_emailaddress"}
    fewer["mfa_authenticator"].pop("data")
    fewer["nowhere"] = {}
    assert undeclared_library(fewer) == [
        "account_emailaddress: a library's table in no list (identity/library_tables.py)",
        "mfa_authenticator.data does not say what it holds about a person",
        "nowhere is listed and is not there",
    ]
