-- Rights on one database of the installation; run in that database.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('revoke all on database %I from tillit_app, tillit_worker, tillit_backup', current_database());
    execute format('grant connect on database %I to tillit_owner, tillit_app, tillit_worker, tillit_backup',
                   current_database());
    execute format('grant create on database %I to tillit_owner', current_database());
end
$$;

revoke create on schema public from public;
grant usage on schema public to public;
grant create on schema public to tillit_owner, tillit_definer;

create extension if not exists btree_gist schema public;
create extension if not exists pg_trgm schema public;
create extension if not exists unaccent schema public;
create extension if not exists citext schema public;
