-- Which threads the actor of the ticket works on. Asked once for a whole query; the same words as Thread.Visible.
create schema desk;
grant usage on schema desk to tillit_app, tillit_definer;
grant create on schema desk to tillit_definer;
set local check_function_bodies = off;

create function desk.open_to_me() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); held text[] := access.roles();
begin
  if cardinality(held) = 0 then
    return '{}';
  end if;
  return array(
    select t.id from public.desk_thread t
    where t.organisation_id = who.organisation and t.state <> 'unproven' and t.about_id is distinct from who.person
      and not t.person_id = any (access.restricted())
      and (t.assignee_id = who.person
           or case t.kind when 'complaint' then held && array['administrator', 'quality', 'privacy']
              else held && array['administrator', 'staff', 'moderator', 'quality', 'operator'] end));
end $$;
alter function desk.open_to_me() owner to tillit_definer;
