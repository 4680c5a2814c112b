"""What people are promised about their copy and their erasure, rehearsed with invented people of whom nothing stays."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.kernel import declaration_checks, erasure, keys
from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Erase
from tillit.kernel.ids import new_id
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.privacy import registry
from tillit.privacy.rights import copying, erasing, files, formats, parts
from tillit.privacy.rights.promises import EMAIL, NAME, rehearsed

FORMS = {"index.html", "data.json", "schema.json", "contact.vcf"}
CARE = frozenset({"care", "clinic"})


def portable_copy(ground: Ground) -> Finding:
    """Somebody asks for a copy: it is a ZIP file with data, schema, page and card, it is theirs, and it lies sealed."""
    with rehearsed(ground) as one:
        with one.as_first() as me:
            copy = copying.make(me, language="en")
            try:
                lies_open = NAME.encode() in files.place(copy.pk).read_bytes()
                with (
                    files.read(files.place(copy.pk), copy) as content,
                    zipfile.ZipFile(io.BytesIO(content.read())) as file,
                ):
                    names, data = set(file.namelist()), json.loads(file.read("data.json"))
            finally:
                files.remove(copy.pk)
        with one.as_second():
            try:
                files.remove(copying.make(one.first).pk)
                return Finding(False, "Somebody else gets a copy.")
            except PermissionError:
                pass
    values = [value for table in data["tables"] for row in table["rows"] for value in row["values"].values()]
    if missing := FORMS - names:
        return Finding(False, f"The copy lacks {', '.join(sorted(missing))}.")
    if data["format"] != formats.FORMAT or NAME not in values or EMAIL not in values:
        return Finding(False, "The copy does not hold what is held.")
    if lies_open:
        return Finding(False, "The copy lies on the disk in the clear.")
    return Finding(True, f"{len(registry.labels())} tables were asked, {len(names)} files made; sealed on the disk.")


def erase(ground: Ground) -> Finding:
    """Somebody is erased: nothing can be read any more, nobody else lost anything, and nobody else could do it."""
    with rehearsed(ground) as one:
        with one.as_second():
            for attempt in (lambda: erasing.erase(one.first, request_key=new_id()), _smuggle):
                try:
                    with transaction.atomic():
                        attempt()
                    return Finding(False, "Somebody erases somebody else.")
                except (PermissionError, DatabaseError):
                    pass
        with one.as_first() as me:
            try:
                receipt = erasing.erase(me, request_key=new_id())
            except erasing.Incomplete as incomplete:
                return Finding(False, str(incomplete))
            said = {held.value for held in registry.held(me) if isinstance(held.value, str)}
            ring = keys.ring(ground.organisation.pk, me, "erasable")
        with one.as_second() as other:
            untouched = {held.value for held in registry.held(other) if isinstance(held.value, str)}
    if {NAME, EMAIL} & said or ring.newest is not None:
        return Finding(False, "Something can still be read of somebody who was erased.")
    if NAME not in untouched:
        return Finding(False, "An erasure took something of somebody else.")
    return Finding(True, f"{sum(receipt.gone.values())} entries and a key went; backups until {receipt.unreadable:%F}.")


def _smuggle() -> None:
    """What injected SQL would try."""
    with connection.cursor() as cursor:
        cursor.execute("select privacy.erase_values('{}', '{}')")


def kept_for_collaborators(ground: Ground) -> Finding:
    """No row that goes with a person takes along, by the database's cascade, a row that has to stay for others."""
    by_table = {step.model._meta.db_table: step for step in erasure.steps()}
    children: dict[str, set[str]] = {}
    for child, parent in ground.rows(
        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint"
        " where contype = 'f' and confdeltype = 'c'"
    ):
        children.setdefault(parent, set()).add(child)
    going = {name for name, step in by_table.items() if step.deletes and not step.of_account}
    todo, taken = list(going), set(going)
    while todo:
        for child in children.get(todo.pop(), ()):
            if child not in taken:
                taken.add(child)
                todo.append(child)
    lost = sorted(name for name in taken - going if name not in by_table or not by_table[name].deletes)
    if lost:
        return Finding(False, f"Erasing one person would take along what others rely on: {', '.join(lost)}.")
    with rehearsed(ground) as one, one.as_first() as me:
        erasing.erase(me, request_key=new_id())
        (kept,) = ground.rows("select count(*) from identity_person where id = %s", [me])[0]
    if not kept:
        return Finding(False, "Nothing stays on which the things of others could stand.")
    stays = sum(not step.deletes for step in by_table.values())
    return Finding(True, f"{stays} tables keep their rows without the person; {len(going)} lose them, and only those.")


def bookkeeping_kept(ground: Ground) -> Finding:
    """What erasure leaves because a law says so names the law, its days and a clock, and has a key of its own."""
    for one in holdings():
        keep, field = one.declared.keep, one.model._meta.get_field(one.name)
        if one.declared.erase is not Erase.KEEP:
            if getattr(field, "klass", "") == "accounting":
                return Finding(False, f"{one.label} is bookkeeping, and erasure would take it.")
            continue
        if keep.law is None or not timedelta(days=keep.law.days) <= timedelta(days=keep.days):
            return Finding(False, f"{one.label} is kept, and no law with a number of days is named.")
        if wrong := declaration_checks.clockless(keep):
            return Finding(False, f"{one.label} {wrong}.")
        if getattr(field, "klass", "") == "erasable":
            return Finding(False, f"{one.label} is kept, and its key would be destroyed.")
    kept = [one.label for one in holdings() if one.declared.erase is Erase.KEEP]
    return Finding(True, f"{len(kept)} fields stay after an erasure under a law with an end.")


def not_journals(ground: Ground) -> Finding:
    """Records under a law of their own are not erased with the rest, and the copy says where they are asked for."""
    journals = [one for one in holdings() if getattr(one.model._meta.get_field(one.name), "klass", "") == "journal"]
    if taken := [one.label for one in journals if one.declared.erase is not Erase.KEEP]:
        return Finding(False, f"{taken[0]} would go with an erasure.")
    apart = [one for one in journals if one.model._meta.label_lower not in registry.labels()]
    with rehearsed(ground) as one, one.as_first() as me:
        told = parts.refers(me)
    if apart and not told:
        return Finding(False, "A copy does not say where journals are asked for.")
    return Finding(True, f"{len(journals)} fields stay as records; {len(apart)} of them are asked for elsewhere.")


_HERE = "tests/privacy/rights/test_leaving_promises.py::"

give(
    Promise(
        "portable-copy",
        group=Group.RIGHTS,
        says=_("You get a copy of everything, in forms that people and programs read, whenever you ask."),
        by=_("Somebody invented asks for a copy; it is unpacked and read. Its form is published in the file itself."),
        probe=portable_copy,
        sabotage=_HERE + "test_portable_copy",
    ),
    Promise(
        "erase",
        group=Group.RIGHTS,
        says=_("You can have everything erased; what a law keeps is named with its end, and backups follow."),
        by=_("Somebody invented is erased in the real database; what is left is counted, and their key is looked for."),
        probe=erase,
        sabotage=_HERE + "test_erase",
    ),
    Promise(
        "kept-for-collaborators",
        group=Group.TIME,
        says=_("When somebody leaves, what others rely on stays for them, without the private data of who left."),
        by=_("The plan of erasure is compared with what the database deletes along with a row."),
        probe=kept_for_collaborators,
        sabotage=_HERE + "test_kept_for_collaborators",
    ),
    Promise(
        "bookkeeping-kept",
        group=Group.TIME,
        says=_("Financial records stay as long as the law on bookkeeping demands, and no longer."),
        by=_("Every field that stays after an erasure names its law, its days and the clock that ends it."),
        probe=bookkeeping_kept,
        sabotage=_HERE + "test_bookkeeping_kept",
    ),
    Promise(
        "not-journals",
        group=Group.RIGHTS,
        says=_(
            "Records of care are asked for where they are kept; they follow laws of their own, and you are told which."
        ),
        by=_("No field of a journal goes with an erasure, and every copy names the way to ask for journals."),
        probe=not_journals,
        sabotage=_HERE + "test_not_journals",
        modules=CARE,
    ),
)
