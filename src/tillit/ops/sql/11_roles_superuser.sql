-- Needs a superuser: attributes that only a superuser may take away, and memberships that somebody added.
alter role tillit_owner nosuperuser nobypassrls noreplication;
alter role tillit_app nosuperuser nobypassrls noreplication;
alter role tillit_worker nosuperuser nobypassrls noreplication;
alter role tillit_backup nosuperuser noreplication;
alter role tillit_definer nosuperuser nobypassrls noreplication;
do $$
declare
    given record;
begin
    for given in
        select held.rolname as held, member.rolname as member
        from pg_auth_members
        join pg_roles held on held.oid = roleid
        join pg_roles member on member.oid = pg_auth_members.member
        where member.rolname in ('tillit_app', 'tillit_definer')
           or (member.rolname = 'tillit_worker' and held.rolname <> 'tillit_app')
           or (member.rolname = 'tillit_backup' and held.rolname <> 'pg_read_all_data')
           or (member.rolname = 'tillit_owner' and held.rolname <> 'tillit_definer')
    loop
        execute format('revoke %I from %I cascade', given.held, given.member);
    end loop;
end
$$;
