"""The bases of every model."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.kernel.samples import Note, Thread
from tillit.kernel.models import CASCADE, PROTECT, SET_NULL, Made, Record, Row
from tillit.kernel.rls import RowSecurity, everyone


def test_an_id_is_made_here_and_needs_no_returning():
    thread = Thread()
    assert thread.id.version == 7
    assert not Thread._meta.pk.db_returning
    assert Thread._meta.db_returning_fields == []


def test_visible_becomes_one_constraint_that_migrations_see():
    constraints = [c for c in Note._meta.constraints if isinstance(c, RowSecurity)]
    assert [c.name for c in constraints] == ["sample_note_rows"]
    assert Note._meta.original_attrs["constraints"] == Note._meta.constraints


def test_the_wall_comes_with_the_organisation():
    from tillit.identity.models import Membership, Organisation

    wall = [p[0] for p in Membership._meta.constraints[-1].policies]
    assert wall[0] == "wall"
    assert issubclass(Membership, Row)
    assert "wall" not in [p[0] for p in Organisation._meta.constraints[-1].policies]


def test_abstract_and_inherited_declarations():
    with isolate_apps("tillit.kernel"):

        class Base(Record, Made):
            class Meta:
                abstract = True
                app_label = "kernel"

            class Visible:
                see = [everyone()]

        class Silent(Base):
            class Meta:
                app_label = "kernel"

    assert Base._meta.constraints == []
    assert [c.name for c in Silent._meta.constraints] == ["kernel_silent_rows"]


def test_djangos_collector_leaves_children_to_the_database():
    for action, clause in ((CASCADE, "CASCADE"), (SET_NULL, "SET NULL"), (PROTECT, "RESTRICT")):
        assert action(None, None, None, None) is None
        assert action.clause == clause
        assert action.lazy_sub_objs


def test_every_key_between_our_tables_has_a_clause():
    ours = [c for c in apps.get_app_configs() if c.name.startswith("tillit.")]
    for config in ours:
        for model in config.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, models.ForeignKey):
                    assert getattr(field.remote_field.on_delete, "clause", None), field
