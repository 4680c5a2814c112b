-- Needs a superuser, and holds for one database: what PostgreSQL lets everyone do in its own catalogue, and what
-- an injected query could use. `tillit_super` and members of pg_monitor and pg_signal_backend keep their tools.

-- Other sessions' statements carry live tickets and personal data.
revoke all on pg_stat_activity from public;
grant select on pg_stat_activity to pg_monitor;
do $$
declare
    found regprocedure;
begin
    for found in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
          and (proname in ('pg_stat_get_activity', 'pg_stat_get_progress_info') or proname like 'pg\_stat\_get\_backend\_%')
    loop
        execute format('revoke execute on function %s from public', found);
        execute format('grant execute on function %s to pg_monitor', found);
    end loop;

    -- Sessions of the same role could end each other.
    for found in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname in ('pg_cancel_backend', 'pg_terminate_backend')
    loop
        execute format('revoke execute on function %s from public', found);
        execute format('grant execute on function %s to pg_signal_backend', found);
    end loop;

    -- Large objects lie outside every policy.
    for found in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
          and (proname like 'lo\_%' or proname in ('loread', 'lowrite'))
          and proname not in ('lo_in', 'lo_out')
    loop
        execute format('revoke execute on function %s from public', found);
    end loop;
end
$$;

-- Statement texts of other sessions again, if the module is loaded.
do $$
begin
    if current_setting('shared_preload_libraries') ~ '\ypg_stat_statements\y' then
        create extension if not exists pg_stat_statements schema public;
        revoke all on pg_stat_statements, pg_stat_statements_info from public;
        grant select on pg_stat_statements, pg_stat_statements_info to pg_monitor;
    end if;
end
$$;

-- DO blocks and new functions are for migrations only; calling existing functions needs no right on a language.
revoke usage on language plpgsql from public;
revoke usage on language sql from public;
grant usage on language plpgsql to tillit_owner, tillit_definer;
grant usage on language sql to tillit_owner, tillit_definer;
