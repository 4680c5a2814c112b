"""What has to hold for the whole database, read from PostgreSQL's catalogue. Each check returns sentences about what
is wrong; an empty list is good. tests/guards/test_database.py runs them, and sabotages a copy to see that they see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from psycopg import Connection

from tillit.identity.library_tables import TABLES as LIBRARY_TABLES
from tillit.kernel.rls import RowSecurity

Admin = Connection[tuple[Any, ...]]

OURS = "n.nspname !~ '^(pg_|information_schema)'"
LOGINS = ("tillit_app", "tillit_worker", "tillit_backup")

# Definer functions that answer without asking whose ticket it is, and why that is right.
WITHOUT_TICKET: dict[str, str] = {
    "access.claims": "reads the ticket itself",
    "keys.current": "the number of the wrapping secret, which tells nothing",
    "kernel.number_live": "a trigger, which nobody calls: it numbers rows that their writer had a ticket for",
    "keys.state": "what a program compares with its secrets when it starts, before anybody acts",
}

# Unique values that the application may write, so that it can learn whether one is taken. Each is public, or bound
# to the actor's own rows, or cannot be computed without a key.
ORACLES: dict[str, str] = {
    "identity_address(person_id)": "the actor's own: nobody writes where somebody else lives",
    "messaging_block(person_id, other_id)": "the actor's own choice",
    "directory_fact(profile_id, kind, stage)": "the actor's own profile; definer functions write the other stages",
    "directory_player(person_id, of_id)": "the actor's own choice",
    "directory_profile(organisation_id, person_id)": "the actor's own",
    "directory_profile(organisation_id, slug)": "random, and public: it is in the address",
    "directory_rules(organisation_id)": "each organisation's one row, which everybody may read",
    "privacy_alarm(organisation_id, rule, who)": "written by the watch only, which reads them all",
    "privacy_alarmrule(organisation_id, rule)": "the organisation's own settings, read by those who write them",
    "privacy_watched(organisation_id)": "written by the watch only, one for each organisation",
    "identity_embedsite(organisation_id, site)": "public: the embedded pages tell everybody",
    "exchange_batch(organisation_id, digest)": "an HMAC of a whole file; written by administrators, who share them",
    "exchange_imported(batch_id, line)": "a line of a file that whoever writes sees",
    "directory_advert(person_id, number)": "the actor's own row",
    "directory_favourite(person_id, number)": "the actor's own row",
    "directory_favourite(person_id, profile_id)": "the actor's own row",
    "directory_listing(profile_id)": "written by the program's office only, and read by everybody",
    "directory_offer(listing_id, category)": "written by the program's office only, and read by everybody",
    "directory_saved(person_id, number)": "the actor's own row",
    "directory_step(organisation_id, category, place, grade)": "written by the program's office only; all read it",
    "directory_weighting(person_id)": "the actor's own row",
    "directory_word(organisation_id, word)": "written by the program's office only, and read by everybody",
    "sales_business(person_id)": "the actor's own row",
    "sales_invoice(credits_id)": "who credits is the seller of both, who sees both",
    "sales_invoice(organisation_id, series, number)": "a draft has no number; a definer function gives it",
    "sales_line(invoice_id, position)": "lines of the actor's own draft",
    "sales_personalnumber(reduction_id)": "the actor's own: one for a reduction that they see",
    "sales_reduction(invoice_id)": "who asks is the invoice's seller",
    "directory_acceptance(person_id, number)": "the person's own row",
    "directory_code(organisation_id, number)": "each organisation's own versions, which everybody may read",
    "directory_wish(organisation_id)": "each organisation's one row, which everybody may read",
    "desk_rules(organisation_id)": "each organisation's one row, which everybody may read",
    "desk_rating(thread_id)": "the person's own row",
    "desk_thread(id, person_id)": "the primary key alone is unique already; a foreign key over both needs it",
    "identity_organisation(slug)": "public: it is in every address",
    "booking_host(organisation_id, slug)": "public: it is on the booking page",
    "booking_host(organisation_id, person_id)": "who is a host is public; written by administrators only",
    "booking_meetingtype(organisation_id, slug)": "public: it is in the address; written by administrators only",
    "booking_intakeform(meeting_type_id, version)": "only administrators write, who see every version",
    "booking_typeresource(meeting_type_id, resource_id)": "only administrators write, who see every row",
    "booking_addition(meeting_type_id, added_id)": "only administrators write, who see every row",
    "booking_typehost(meeting_type_id, host_id)": "both parents are visible to whoever writes",
    "booking_schedule(host_id)": "the host is visible to whoever writes, and each has one",
    "booking_feed(host_id)": "one's own host only, whose feed one sees",
    "booking_calendar(person_id)": "one's own rows only, which one sees",
    "booking_item(calendar_id, key)": "the calendar is one's own, and so are its items",
    "booking_written(calendar_id, meeting_id)": "the calendar is one's own, and so is what was put into it",
    "mfa_authenticator(user_id, type)": "the account's own row",
    "privacy_notice(organisation_id, document, number)": "public: versions can be read by everybody",
    "privacy_acceptance(notice_id, person_id)": "the person's own row",
    "privacy_policysettings(organisation_id)": "each organisation's one row, which everybody may read",
    "privacy_telling(request_id, receiver)": "both are read by the office, which alone writes it",
    "privacy_consent(person_id, purpose)": "the person's own row",
    "privacy_erasure(organisation_id, request_key)": "random, and known to the form that sends it only",
    "privacy_objection(person_id, purpose)": "the person's own row",
    "privacy_restriction(person_id)": "the person's own row",
    "booking_reminder(organisation_id, minutes)": "the organisation's own rules, read by those who write them",
    "notify_device(person_id, address)": "the person's own row",
    "notify_webhookdelivery(webhook_id, message_id)": "the webhook is the organisation's, whose deliveries it reads",
    "notify_news(organisation_id, month)": "the organisation's own rows, read by those who write them",
    "notify_preference(person_id, kind, channel)": "the person's own row",
    "notify_quiet(person_id)": "the person's own row",
    "notify_sending(message_id)": "random, and made by the program in the same moment",
    "wallet_merchantaccount(organisation_id, provider)": "its own settings, read by those who write them",
    "notify_stop(person_id, channel)": "written by the program's office only, which reads them all",
}

# Foreign keys whose parent need not be visible to whoever writes the row, and why.
TRUSTED_PARENTS: dict[str, str] = {
    "messaging.Block.other": "whom one writes with, whose row in identity is not seen",
    "messaging.Block.person": "the acting person",
    "messaging.Seat.person": "the acting person: who changes a seat changes their own, and not whose it is",
    "messaging.Seat.thread": "nobody changes it (fields_to_change)",
    "directory.Fact.checked_by": "a definer function's column: who writes facts writes none",
    "directory.Player.of": "whose film it is: a provider whose profile is seen, and whose row in identity is not",
    "directory.Advert.person": "the acting person, and nobody changes it",
    "directory.Application.advert": "a definer function adds it; whoever answers sees their own advertisement",
    "directory.Application.owner": "a definer function's: whose advertisement it is",
    "directory.Application.person": "a definer function's: the acting person",
    "directory.Offer.listing": "written by the program's office only, with the listing in the same moment",
    "sales.Invoice.buyer": "somebody whom the seller writes with, whose row in identity is not seen",
    "sales.Invoice.credits": "a definer function makes credit notes, of the seller's own posted invoice",
    "sales.Invoice.seller": "the acting person or nobody",
    "sales.Line.buyer": "the invoice's, and the invoice has to be the actor's draft",
    "sales.PersonalNumber.buyer": "the acting person",
    "sales.Reduction.buyer": "the invoice's buyer, whose row in identity is not seen",
    "sales.Reduction.seller": "the acting person at first, and nobody changes it",
    "sales.Subscription.follows": "written by a definer function only",
    "sales.Subscription.plan": "written by a definer function only",
    "directory.Acceptance.person": "the acting person, and nobody changes it",
    "directory.Training.person": "the acting person, and nobody changes it",
    "documents.Document.person": "the acting person, and nobody changes it",
    "desk.Message.person": "the thread's, and the thread has to be visible; who answers does not see the person's row",
    "desk.Thread.about": "one whom the public page names, or a colleague by the desk's own function",
    "desk.Thread.assignee": "a colleague by the desk's own function, who need not be visible to who gives it",
    "desk.Thread.entered_by": "the operator of an open call; the caller, whose row it is, does not see them",
    "desk.Thread.merged_into": "another of the same person, as a foreign key over both demands (sql/desk.sql)",
    "desk.Thread.person": "the acting person at first, and nobody changes it; who answers does not see the row",
    "exchange.Batch.by": "the acting person; another administrator may undo what a colleague brought who has left",
    "notify.Note.person": "written by the program's office only, for whomever it was told to tell",
    "notify.Sending.person": "written by the program's office only, for whomever it was told to tell",
    "notify.Stop.person": "written by the program's office only, about a mail that came back",
    "privacy.Affected.person": "written by a definer function; the program may only say that the person was told",
    "privacy.Alarm.person": "the id comes from the watch's definer functions, and officers answer without seeing whose",
    "privacy.Incident.reporter": "the acting person or nobody; another officer works on what a colleague reported",
    "privacy.RequestStep.by": "the acting person or nobody; whoever asked reads a step of an officer they do not see",
    "privacy.RightsRequest.answered_by": "the officer who answered; another one goes on with the same request",
    "privacy.RightsRequest.asked_by": "the acting person or nobody; another officer works on what a colleague entered",
    "privacy.RightsRequest.person": "the acting person, else a definer function's: the office sees nothing of whom",
    "privacy.RightsRequest.proved_by": "the officer who looked at a proof; another one goes on with the same request",
    "privacy.Objection.answered_by": "a definer function's column: who objects writes none, and may take it back",
}

# Tables that are read by a role without row security, each with a reason.
OPEN_TABLES: dict[str, str] = {
    "procrastinate.": "jobs: the worker's alone; arguments are ids with a signature",
}


def our_models() -> Iterator[type[models.Model]]:
    """Every concrete model of our apps."""
    for config in apps.get_app_configs():
        if config.name.startswith("tillit."):
            yield from (m for m in config.get_models() if m._meta.managed and not m._meta.proxy)


def declared() -> dict[str, RowSecurity]:
    """Table → what its rows are declared to be protected by; also for the libraries' tables."""
    found: dict[str, RowSecurity] = dict(LIBRARY_TABLES)
    for model in our_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, RowSecurity):
                found[model._meta.db_table] = constraint
    return found


def undeclared_models() -> list[str]:
    """Our models that do not say who may see them."""
    known = declared()
    return [f"{m._meta.label} has no Visible" for m in our_models() if m._meta.db_table not in known]


def tables(admin: Admin) -> dict[str, tuple[bool, bool]]:
    """Every table outside PostgreSQL's own schemas → is row security enabled, is it forced."""
    rows = admin.execute(
        "select case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end, "
        "c.relrowsecurity, c.relforcerowsecurity from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        f"where c.relkind in ('r', 'p') and {OURS}"
    )
    return {name: (enabled, forced) for name, enabled, forced in rows}


def rights(admin: Admin, role: str) -> dict[str, set[str]]:
    """Table → what `role` itself (0: PUBLIC) was granted on it; column grants as `UPDATE (a, b)`."""
    grantee = "0" if role == "public" else f"'{role}'::regrole"
    name = "case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end"
    found: dict[str, set[str]] = {}
    for table, right in admin.execute(
        f"select {name}, a.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace, "
        f"aclexplode(c.relacl) a where c.relkind in ('r', 'p', 'v', 'm', 'f') and {OURS} and a.grantee = {grantee}"
    ):
        found.setdefault(table, set()).add(right)
    for table, right, columns in admin.execute(
        f"select {name}, a.privilege_type, string_agg(t.attname, ', ' order by t.attname) "
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute t on t.attrelid = c.oid, "
        f"aclexplode(t.attacl) a where {OURS} and a.grantee = {grantee} group by 1, 2"
    ):
        found.setdefault(table, set()).add(f"{right} ({columns})")
    return found


def _canonical(right: str) -> str:
    verb, _, columns = right.partition("(")
    if not columns:
        return right
    return f"{verb.strip()} ({', '.join(sorted(c.strip() for c in columns.rstrip(')').split(',')))})"


def row_security(admin: Admin) -> list[str]:
    """Tables that have to be protected and are not."""
    wrong = undeclared_models()
    state = tables(admin)
    for table in declared():
        if state.get(table) != (True, True):
            wrong.append(f"{table}: row security is not enabled and forced")
    walls = {
        table
        for (table,) in admin.execute(
            "select tablename from pg_policies where policyname = 'wall' and permissive = 'RESTRICTIVE' and cmd = 'ALL'"
        )
    }
    owned = {
        table
        for (table,) in admin.execute(
            "select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') "
            "where a.attname = 'organisation_id' and c.relnamespace = 'public'::regnamespace and not a.attisdropped"
        )
    }
    wrong += [f"{table}: an organisation owns it, and there is no wall" for table in sorted(owned - walls)]
    for role in (*LOGINS, "public"):
        for table in rights(admin, role):
            open_for_a_reason = role == "tillit_worker" and table.startswith(tuple(OPEN_TABLES))
            if state.get(table) != (True, True) and not open_for_a_reason:
                wrong.append(f"{table}: {role} has rights on it, and row security is not forced")
    return wrong


def declared_rights(admin: Admin) -> list[str]:
    """Rights of the application and of the definer functions that are not exactly those declared."""
    wrong = []
    for role, attribute in (("tillit_app", "rights"), ("tillit_definer", "definer")):
        held = {t: r for t, r in rights(admin, role).items() if "." not in t}
        said = {t: {_canonical(r) for r in getattr(s, attribute)} for t, s in declared().items()}
        for table in sorted(held.keys() | said.keys()):
            if held.get(table, set()) != said.get(table, set()):
                wrong.append(
                    f"{table}: {role} holds {sorted(held.get(table, ()))}, declared {sorted(said.get(table, ()))}"
                )
    for table, granted in rights(admin, "public").items():
        wrong.append(f"{table}: everybody was granted {sorted(granted)}")
    for role in LOGINS:
        for table, granted in rights(admin, role).items():
            if extra := granted - {"SELECT", "INSERT", "UPDATE", "DELETE"} - {g for g in granted if "(" in g}:
                wrong.append(f"{table}: {role} may {sorted(extra)}")
    return wrong


def policies(admin: Admin) -> set[tuple[Any, ...]]:
    """Every policy as PostgreSQL understood it."""
    return {
        (table, name, kind, tuple(roles), command, using, check)
        for table, name, kind, roles, command, using, check in admin.execute(
            "select tablename, policyname, permissive, roles, cmd, qual, with_check from pg_policies "
            "where schemaname = 'public'"
        )
    }


def policy_drift(admin: Admin) -> list[str]:
    """Policies in the database that differ from what the models compile to now. Rolls back what it tries."""
    before = policies(admin)
    with admin.transaction(force_rollback=True):
        for table, name, *_ in before:
            admin.execute(f'drop policy "{name}" on "{table}"'.encode())
        for table, security in declared().items():
            for statement in security.statements(table):
                admin.execute(statement.encode())
        after = policies(admin)
    return [f"{p[0]}: policy {p[1]} is not what the model says" for p in sorted(before ^ after, key=str)]


def ownership(admin: Admin) -> list[str]:
    """Things that a role owns which must own nothing, or which belong to somebody else than they should."""
    wrong = []
    listed = ", ".join(f"'{role}'::regrole" for role in LOGINS)
    for (what,) in admin.execute(
        "select distinct classid::regclass || ' ' || objid || ' belongs to ' || refobjid::regrole from pg_shdepend "
        f"where deptype = 'o' and refobjid in ({listed}) and dbid in "
        "(0, (select oid from pg_database where datname = current_database()))"
    ):
        wrong.append(what)
    for name, owner in admin.execute(
        "select c.oid::regclass::text, c.relowner::regrole::text from pg_class c join pg_namespace n on "
        f"n.oid = c.relnamespace where {OURS} and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and "
        "c.relowner <> 'tillit_owner'::regrole and not exists "
        "(select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"
    ):
        wrong.append(f"{name} belongs to {owner}")
    return wrong


def roles(admin: Admin) -> list[str]:
    """Attributes and memberships that no role of ours may have."""
    wrong = []
    for name, flags, bypass in admin.execute(
        "select rolname, rolsuper or rolcreaterole or rolcreatedb or rolreplication, rolbypassrls "
        "from pg_roles where rolname like 'tillit\\_%' and rolname <> 'tillit_super'"
    ):
        if flags:
            wrong.append(f"{name} has an administrator's attribute")
        if bypass and name != "tillit_backup":
            wrong.append(f"{name} passes row security")
    for (member,) in admin.execute(
        "select member::regrole::text || ' is a member of ' || roleid::regrole from pg_auth_members m "
        "where member::regrole::text in ('tillit_app', 'tillit_definer', 'tillit_worker', 'tillit_owner') and not "
        "(member = 'tillit_worker'::regrole and roleid = 'tillit_app'::regrole and not set_option and not admin_option)"
        " and not (member = 'tillit_owner'::regrole and roleid = 'tillit_definer'::regrole and not inherit_option "
        "and not admin_option)"
    ):
        wrong.append(member)
    return wrong


def functions(admin: Admin) -> list[str]:
    """Definer functions that could be turned against their purpose."""
    wrong = []
    rows = admin.execute(
        "select p.oid::regprocedure::text, n.nspname || '.' || p.proname, p.proowner::regrole::text, p.prosecdef, "
        "coalesce(array_to_string(p.proconfig, ';'), ''), coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), "
        "has_function_privilege('tillit_app', p.oid, 'execute') "
        f"from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {OURS} and p.prokind in ('f', 'p') "
        "and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
    ).fetchall()
    asking = _asking({plain: body for _, plain, _, _, _, body, _ in rows})
    for name, plain, owner, definer, config, body, callable_by_app in rows:
        if not definer:
            if owner == "tillit_definer":
                wrong.append(f"{name} belongs to tillit_definer and runs as its caller")
            continue
        if owner != "tillit_definer":
            wrong.append(f"{name} runs with the rights of {owner}")
        path = dict(part.split("=", 1) for part in config.split(";") if "=" in part).get("search_path", "")
        parts = [part.strip(' "') for part in path.split(",")]
        middle = parts[1:-1]
        if parts[0] != "pg_catalog" or parts[-1] != "pg_temp" or not set(middle) <= {"public"}:
            wrong.append(f"{name} has the search path {path!r}")
        if plain not in asking and callable_by_app and plain not in WITHOUT_TICKET:
            wrong.append(f"{name} answers the application without asking for a ticket")
        if re.search(r"\bexecute\b", body, re.IGNORECASE):
            wrong.append(f"{name} builds SQL while it runs")
    return wrong


def _asking(bodies: dict[str, str]) -> set[str]:
    """Functions that read the ticket: themselves, or through another function that does."""
    asking = {name for name, body in bodies.items() if "access." in body}
    while True:
        more = {n for n, body in bodies.items() if n not in asking and any(f"{a}(" in body for a in asking)}
        if not more:
            return asking
        asking |= more


def places(admin: Admin) -> list[str]:
    """Places where somebody could put code or tables of their own, and other ways around policies."""
    wrong = []
    for role in (*LOGINS, "public"):
        for (schema,) in admin.execute(
            "select nspname from pg_namespace where has_schema_privilege(%s, oid, 'create')", [role]
        ):
            wrong.append(f"{role} may create in the schema {schema}")
        for right in ("create", "temporary"):
            if admin.execute("select has_database_privilege(%s, current_database(), %s)", [role, right]).fetchone() != (
                False,
            ):
                wrong.append(f"{role} has the right {right} on the database")
        for (language,) in admin.execute(
            "select lanname from pg_language where lanpltrusted and has_language_privilege(%s, oid, 'usage')", [role]
        ):
            wrong.append(f"{role} may write functions in {language}")
    for (name,) in admin.execute(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        f"where {OURS} and (c.relkind in ('m', 'f') or c.relkind = 'v' and "
        "not coalesce(c.reloptions::text ~ 'security_invoker=(true|on)', false)) "
        "and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"
    ):
        wrong.append(f"{name} shows rows past the policies of their tables")
    for (name,) in admin.execute(
        "select c.oid::regclass::text from pg_inherits i join pg_class c on c.oid = i.inhrelid "
        "where c.relkind in ('r', 'p') and not c.relrowsecurity"
    ):
        wrong.append(f"{name} is a part of a table and is reached without its policies")
    return wrong


def clauses(admin: Admin) -> list[str]:
    """Foreign keys whose ON DELETE in the database is not what the model says (Django never alters it)."""
    letters = {"CASCADE": "c", "SET NULL": "n", "RESTRICT": "r", None: "a"}
    found = {
        (table, column): letter
        for table, column, letter in admin.execute(
            "select c.conrelid::regclass::text, a.attname, c.confdeltype::text from pg_constraint c "
            "join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] "
            "where c.contype = 'f' and c.connamespace = 'public'::regnamespace"
        )
    }
    wrong = []
    for model in our_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.db_constraint:
                clause = getattr(field.remote_field.on_delete, "clause", None)
                if clause is None or found.get((model._meta.db_table, field.column)) != letters[clause]:
                    wrong.append(f"{model._meta.db_table}.{field.column}: ON DELETE is not {clause}")
    return wrong


def oracles(admin: Admin) -> list[str]:
    """Unique values that the application may write and that nobody has thought about; and stale entries."""
    found = {
        name
        for (name,) in admin.execute(
            "select c.relname || '(' || (select string_agg(a.attname, ', ' order by k.n) from "
            "unnest(i.indkey::int2[]) with ordinality k (attnum, n) "
            "join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) || ')' "
            "from pg_index i join pg_class c on c.oid = i.indrelid "
            "where (i.indisunique or i.indisexclusion) and not i.indisprimary "
            "and c.relnamespace = 'public'::regnamespace and ("
            "  has_table_privilege('tillit_app', c.oid, 'insert') or exists (select from unnest(i.indkey::int2[]) k "
            "  where k > 0 and has_column_privilege('tillit_app', c.oid, k, 'update')))"
        )
    }
    return [f"{name}: who writes it learns whether it is taken" for name in sorted(found - ORACLES.keys())] + [
        f"{name}: listed as an oracle, and is none" for name in sorted(ORACLES.keys() - found)
    ]


def trusted_parents() -> list[str]:
    """`trust_parents` that are not in the list above, and the other way round."""
    found = {
        f"{model._meta.label}.{name}"
        for model in our_models()
        for name in getattr(getattr(model, "Visible", None), "trust_parents", ())
    }
    return sorted(f"{name}: trusted without a reason" for name in found - TRUSTED_PARENTS.keys()) + sorted(
        f"{name}: listed as trusted, and is not" for name in TRUSTED_PARENTS.keys() - found
    )
