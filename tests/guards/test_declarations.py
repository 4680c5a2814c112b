"""Every field says what it holds about a person, or that it holds nothing."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.guards.catalogue import our_models
from tillit.identity.library_tables import DECLARED as LIBRARY_DECLARED
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose

# Tables of libraries that hold nothing about a person, and why.
IMPERSONAL = {
    "auth_permission": "names of Django's rights, unused",
    "auth_group": "unused",
    "auth_group_permissions": "unused",
    "django_content_type": "names of models",
}


def undeclared(model: type[models.Model]) -> list[str]:
    """Fields of a model in no list or in two, and entries for fields that are not there."""
    wrong = []
    nothing = set(getattr(model, "not_personal", ()))
    elsewhere = set(getattr(model, "declared_elsewhere", {}))
    fields = [f for f in model._meta.local_concrete_fields if not f.primary_key and not f.is_relation]
    for field in fields:
        entries = [hasattr(field, "declared"), field.name in nothing, field.name in elsewhere]
        if sum(entries) != 1:
            word = "is declared twice" if sum(entries) else "does not say what it holds about a person"
            wrong.append(f"{model._meta.label}.{field.name} {word}")
    there = {field.name for field in model._meta.local_concrete_fields}
    wrong += [
        f"{model._meta.label}.{name} is listed and is not there" for name in sorted((nothing | elsewhere) - there)
    ]
    for relation in model._meta.local_many_to_many:
        wrong.append(
            f"{model._meta.label}.{relation.name}: a table between two is a model with a declaration of its own"
        )
    return wrong


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


def test_every_field_of_ours_is_declared():
    wrong = [sentence for model in our_models() for sentence in undeclared(model)]
    assert not wrong, "\n".join(wrong)


def test_every_field_of_a_library_is_declared():
    wrong = undeclared_library(LIBRARY_DECLARED)
    assert not wrong, "\n".join(wrong)


def test_every_declaration_is_whole():
    """Of whom, why and for how long are words, and the path to the person exists."""
    for model in our_models():
        names = {f.name for f in model._meta.get_fields()} | {f.attname for f in model._meta.local_concrete_fields}
        for field in model._meta.local_concrete_fields:
            if said := getattr(field, "declared", None):
                assert said.why, field
                assert said.keep.says, field
                for path in said.of:
                    first = path.split(".")[0].split("__")[0]
                    assert first == "self" or first in names, f"{field}: nobody is found at {path!r}"


def test_the_guard_sees_what_is_wrong():
    with isolate_apps("tillit.kernel"):

        class Sample(models.Model):
            not_personal = ("fine", "gone", "twice")
            fine = models.TextField()
            forgotten = models.TextField()
            twice = personal(
                models.TextField(),
                of="self", what=Data.NAME, why=[Purpose.BOOK], keep=Keep("kernel.sample.over", "always"), erase=Erase.KEEP,
            )  # fmt: skip
            friends = models.ManyToManyField("self")

            class Meta:
                app_label = "kernel"

    assert undeclared(Sample) == [
        "kernel.Sample.forgotten does not say what it holds about a person",
        "kernel.Sample.twice is declared twice",
        "kernel.Sample.gone is listed and is not there",
        "kernel.Sample.friends: a table between two is a model with a declaration of its own",
    ]
    fewer = {table: dict(fields) for table, fields in LIBRARY_DECLARED.items() if table != "account_emailaddress"}
    fewer["mfa_authenticator"].pop("data")
    fewer["nowhere"] = {}
    assert undeclared_library(fewer) == [
        "account_emailaddress: a library's table in no list (identity/library_tables.py)",
        "mfa_authenticator.data does not say what it holds about a person",
        "nowhere is listed and is not there",
    ]
