"""What row security promises, asked of the real rows by somebody who may not see them."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\d-])(?:\+|00)\d[\d \-]{7,14}\d(?![\d-])")
CLOSED_TO_STRANGERS = (
    "identity_person",
    "identity_address",
    "identity_membership",
    "access_grant",
    "exchange_imported",
)


def contact_details_hidden(ground: Ground) -> Finding:
    """As a visitor, a newcomer and a stranger: no person's row; and no address on any page but the house's own."""
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            for table in CLOSED_TO_STRANGERS:
                (seen,) = ground.rows(f'select count(*) from "{table}"')[0]  # noqa: S608 (our own constant)
                if seen:
                    return Finding(False, f"{seen} rows of {table} are open to office {actor.office}.")
    for path, answer in ground.public_pages.items():
        told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        text = b"".join(answer).decode(errors="replace") + told
        found = set(ADDRESS.findall(text)) - {ground.organisation.contact_email, *ground.offices}
        phones = set(PHONE.findall(re.sub(r"<[^>]*>", " ", text.removesuffix(told))))
        if found or phones:
            return Finding(False, f"{len(found) + len(phones)} addresses or numbers on {path}.")
    return Finding(True, f"Strangers saw no person's row; {len(ground.public_pages)} pages name nobody's contact.")


def compartments(ground: Ground) -> Finding:
    """Every table that an organisation owns is walled and its row security forced; nobody asks without a ticket."""
    owned = ground.rows(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity, exists"
        " (select 1 from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*')"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind = 'r' and (exists"
        " (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'organisation_id')"
        " or c.relrowsecurity) and exists"
        " (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'organisation_id')"
    )
    unguarded = [name for name, forced, _walled in owned if not forced]
    unwalled = [name for name, forced, walled in owned if forced and not walled and name not in UNWALLED]
    if unguarded or unwalled:
        return Finding(False, f"Not guarded: {', '.join(sorted(unguarded + unwalled))[:200]}.")
    (privileged,) = ground.rows(
        "select rolsuper or rolbypassrls or exists (select 1 from pg_class where relowner = r.oid)"
        " from pg_roles r where rolname = 'tillit_app'"
    )[0]
    if privileged:
        return Finding(False, "The application's role can pass row security.")
    with ground.acting_as(ground.stranger):
        crossed = ground.rows("select count(*) from booking_host where organisation_id = %s", [ground.organisation.pk])[
            0
        ][0]
    if crossed:
        return Finding(False, "Rows of this organisation are open to another one's people.")
    return Finding(True, f"{len(owned)} tables are walled; the application's role owns nothing.")


UNWALLED = {"kernel_outbox"}
"""Tables reached by definer functions only: the application's role has no right on them."""


def database_access_limited(ground: Ground) -> Finding:
    """Only the roles we know can log in, and only the backup may pass row security."""
    able = ground.rows(
        "select rolname, rolsuper, rolbypassrls from pg_roles where rolcanlogin and rolname like 'tillit%'"
    )
    over = [name for name, is_super, bypass in able if (is_super or bypass) and name not in ALLOWED_PAST]
    if over:
        return Finding(False, f"More roles than declared pass row security: {', '.join(over)}.")
    (executable,) = ground.rows(
        "select count(*) from pg_proc p join pg_roles r on r.oid = p.proowner"
        " where p.prosecdef and r.rolname = 'tillit_owner'"
    )[0]
    if executable:
        return Finding(False, f"{executable} functions run with the owner's rights.")
    return Finding(True, f"{len(able)} roles of ours can log in; the application's passes nothing.")


ALLOWED_PAST = {"tillit_super", "tillit_backup"}

_HERE = "tests/privacy/test_sabotage.py::"

give(
    Promise(
        "contact-details-hidden",
        group=Group.CONTACT,
        says=_("Your e-mail, phone and address are shown to nobody without a live grant that you know of."),
        by=_("Row security in the database. Asked as a visitor, as a newcomer and as a stranger, on real rows."),
        probe=contact_details_hidden,
        sabotage=_HERE + "test_contact_details_hidden",
    ),
    Promise(
        "compartments",
        group=Group.CONTACT,
        says=_("Nobody reaches the rows of another organisation, or of people they have no relation to."),
        by=_("A wall around every organisation's tables, forced in the database and not only in pages."),
        probe=compartments,
        sabotage=_HERE + "test_compartments",
    ),
    Promise(
        "database-access-limited",
        group=Group.SECURITY,
        says=_("Few named roles reach the database, and the one the pages use cannot pass its rules."),
        by=_("The database's own list of roles and functions is read and compared."),
        probe=database_access_limited,
        sabotage=_HERE + "test_database_access_limited",
    ),
)
