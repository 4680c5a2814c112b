"""Sample models for the tests of sealing: a client with contact data, and letters they write."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import RegexValidator
from django.db import connection, models
from django.test.utils import isolate_apps

from tillit.kernel import normal
from tillit.kernel.models import CASCADE, Record
from tillit.kernel.rls import everyone
from tillit.kernel.sealed import BlindIndex, Sealed
from tillit.kernel.ticket import Actor, acting

with isolate_apps("tillit.kernel"):

    class Client(Record):
        organisation_id = models.UUIDField()
        name = Sealed(models.CharField(max_length=40, validators=[RegexValidator("^[^<]*$")]), of="self")
        email = Sealed(models.EmailField(blank=True), of="self")
        email_index = BlindIndex(of="email", normalise=normal.email)
        born = Sealed(models.DateField(null=True, blank=True), of="self", klass="journal")
        mood = Sealed(models.CharField(max_length=8, choices=[("up", "Up"), ("down", "Down")], default="up"), of="self")

        class Meta:
            app_label = "kernel"
            db_table = "sample_client"

        class Visible:
            see = [everyone()]
            add = [everyone()]
            change = [everyone()]
            remove = [everyone()]

    class Letter(Record):
        organisation_id = models.UUIDField()
        author = models.ForeignKey(Client, CASCADE, related_name="letters")
        text = Sealed(models.TextField(blank=True), of="author")
        answers = Sealed(models.JSONField(default=dict), of="author")
        sum = Sealed(models.IntegerField(null=True, blank=True), of="author", klass="accounting")
        sent = models.BooleanField(default=False)

        class Meta:
            app_label = "kernel"
            db_table = "sample_letter"

        class Visible:
            see = [everyone()]
            add = [everyone()]
            change = [everyone()]
            remove = [everyone()]


def make_tables() -> None:
    """As a superuser or owner, in an open transaction."""
    with connection.schema_editor(atomic=False) as editor:
        editor.create_model(Client)
        editor.create_model(Letter)


def within(organisation: uuid.UUID, office: str = "member", subject: uuid.UUID | None = None) -> Any:
    """Act in an organisation."""
    return acting(Actor(office=office, organisation=organisation, subject=str(subject) if subject else None))
