"""Sample models for the tests of row security: a thread, and notes in it. They live in a registry of their own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.test.utils import isolate_apps

from tillit.kernel.models import CASCADE, PROTECT, SET_NULL, Record
from tillit.kernel.rls import office, own, subject_id, where

with isolate_apps("tillit.kernel"):

    class Thread(Record):
        organisation_id = models.UUIDField()
        person_id = models.UUIDField()

        class Meta:
            app_label = "kernel"
            db_table = "sample_thread"

        class Visible:
            see = [own()]
            add = [own()]
            remove = [own()]

    class Note(Record):
        organisation_id = models.UUIDField()
        thread = models.ForeignKey(Thread, CASCADE, related_name="+")
        answer_to = models.ForeignKey("self", SET_NULL, null=True, related_name="+")
        kept_with = models.ForeignKey(Thread, PROTECT, null=True, related_name="+")
        person_id = models.UUIDField()
        text = models.TextField()
        open = models.BooleanField(default=False)

        class Meta:
            app_label = "kernel"
            db_table = "sample_note"

        class Visible:
            see = [own(), where("open"), subject_id("id", of="guest")]
            add = [own()]
            change = [own() & office("member", "editor")]
            check_change = [own()]
            fields_to_change = ("text", "thread_id")
            trust_parents = ("answer_to",)
            definer = ["SELECT", "UPDATE (open)"]


def security(model: Any) -> Any:
    """The model's row security as a migration would carry it."""
    return model._meta.constraints[-1].clone()
