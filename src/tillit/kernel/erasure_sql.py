"""The functions of the database that erase, made from the plan (kernel/erasure.py). `tillit up` installs them anew with
each version (`install_erasure`).

    kernel.erase_values(person, account, held)    # does it
    kernel.values_left(person, account, held)     # counts what would go, or has not gone
    kernel.hold_values(person, …)                 # writes what was sealed anew for a legal hold

They are parts: the doors are privacy's own functions. `held` are tables (app.model) that a legal hold keeps. All names
in the SQL are those of our models.
"""

# ruff: noqa: S608 (names of our own tables and columns)

from __future__ import annotations

from typing import Any

from tillit.kernel.erasure import Step, steps


def functions() -> str:
    """SQL of the two functions, as the role that owns all definer functions."""
    plan = steps()
    erase = "\n".join(_erases(step) for step in plan if step.deletes or step.sets)
    left = "\n".join(_counts(step) for step in plan)
    hold = "\n".join(_holds(step, field) for step in plan for field in step.sealed)
    return _FUNCTIONS.replace("-- erase", erase).replace("-- left", left).replace("-- hold", hold)


def _erases(step: Step) -> str:
    table = f'public."{step.model._meta.db_table}"'
    if step.deletes:
        how, does = "deleted", f"delete from {table} t where {step.where};"
    else:
        sets = ", ".join(f'"{column}" = {value}' for column, value in step.sets)
        how, does = "emptied", f"update {table} t set {sets} where {step.where} and ({step.changed});"
    return f"""
  if '{step.label}' <> all (held) then
    {does}
    get diagnostics many = row_count;
    if many > 0 then
      label := '{step.label}'; how := '{how}'; return next;
    end if;
  end if;"""


def _counts(step: Step) -> str:
    """Rows that erasure deletes, empties or makes unreadable, and rows of which something stays."""
    table = f'public."{step.model._meta.db_table}"'
    filled = [f'octet_length(t."{field.column}") > 0 and get_byte(t."{field.column}", 0) <> 2' for field in step.sealed]
    fates = {
        "deleted": "true" if step.deletes else "",
        "emptied": step.changed,
        "shredded": " or ".join(filled),
        "kept": "true" if step.kept else "",
    }
    return "".join(
        f"""
  select count(*) into many from {table} t where {step.where} and ({test});
  if many > 0 then
    label := '{step.label}'; how := case when label = any (held) then 'held' else '{how}' end; return next;
  end if;"""
        for how, test in fates.items()
        if test
    )


def _holds(step: Step, field: Any) -> str:
    return f"""
  if label = '{step.label}' and field = '{field.name}' then
    update public."{step.model._meta.db_table}" t set "{field.column}" = n.sealed
    from unnest(ids, blobs) n (id, sealed) where t."{step.model._meta.pk.column}" = n.id and {step.where};
    get diagnostics many = row_count;
  end if;"""


_FUNCTIONS = """
-- Made by tillit.kernel.erasure from the declarations; never changed by hand.
drop function if exists kernel.erase_values(uuid, uuid, text[]), kernel.values_left(uuid, uuid, text[]),
  kernel.hold_values(uuid, uuid, text, text, uuid[], bytea[]);

-- Parts, not doors: whoever calls them has seen to it that the person and the account are the right ones.
create function kernel.erase_values(whose uuid, login uuid, held text[])
returns table (label text, how text, many bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin-- erase
end $$;
revoke execute on function kernel.erase_values(uuid, uuid, text[]) from public;

create function kernel.values_left(whose uuid, login uuid, held text[])
returns table (label text, how text, many bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin-- left
end $$;
revoke execute on function kernel.values_left(uuid, uuid, text[]) from public;

-- Values of one field that are sealed for a hold, before their own key goes. Returns how many rows it wrote.
create function kernel.hold_values(whose uuid, login uuid, label text, field text, ids uuid[], blobs bytea[])
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare many bigint := 0;
begin-- hold
  return many;
end $$;
revoke execute on function kernel.hold_values(uuid, uuid, text, text, uuid[], bytea[]) from public;
"""
