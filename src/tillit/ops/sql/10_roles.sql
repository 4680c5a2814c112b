-- Roles of the installation; run once per server, every time again without effect.
-- Attributes are set on each run, so a role that was widened by hand is narrowed again.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['tillit_owner', 'tillit_app', 'tillit_worker', 'tillit_backup', 'tillit_definer'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end
$$;

-- Owns tables and runs migrations; forced row security holds for it too.
alter role tillit_owner login nocreatedb nocreaterole;
-- What the web process is: owns nothing, belongs to nothing.
alter role tillit_app login nocreatedb nocreaterole;
-- What the worker is: what the application has, plus its own grants.
alter role tillit_worker login nocreatedb nocreaterole inherit;
-- Reads everything for pg_dump, writes nothing.
alter role tillit_backup login bypassrls nocreatedb nocreaterole;
-- Owns every security definer function; nobody logs in as it.
alter role tillit_definer nologin nocreatedb nocreaterole;

-- A role may always change its own defaults, so injected SQL may leave some behind: they go first, wherever they are.
do $$
declare
    kept record;
begin
    for kept in
        select setrole::regrole as role, datname from pg_db_role_setting
        left join pg_database on pg_database.oid = setdatabase
        where setrole::regrole::text in ('tillit_owner', 'tillit_app', 'tillit_worker', 'tillit_backup')
    loop
        if kept.datname is null then
            execute format('alter role %s reset all', kept.role);
        else
            execute format('alter role %s in database %I reset all', kept.role, kept.datname);
        end if;
    end loop;
end
$$;

alter role tillit_app set statement_timeout = '30s';
alter role tillit_app set idle_in_transaction_session_timeout = '60s';
alter role tillit_worker set idle_in_transaction_session_timeout = '15min';
alter role tillit_backup set default_transaction_read_only = on;

grant tillit_app to tillit_worker with inherit true, set false;
grant pg_read_all_data to tillit_backup with inherit true;
-- Migrations hand functions over to the definer, but the owner never acts with its rights by itself.
grant tillit_definer to tillit_owner with inherit false, set true;
