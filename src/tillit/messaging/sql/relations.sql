-- Which threads and seats are the acting person's. Asked once for a whole query.
create schema messaging;
grant usage on schema messaging to tillit_app, tillit_definer;
grant create on schema messaging to tillit_definer;
set local check_function_bodies = off;

-- Threads in which something has reached the actor, or that they began.
create function messaging.mine() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if who.person is null or who.office is distinct from 'member' then
    return '{}';
  end if;
  return array(select s.thread_id from public.messaging_seat s
               where s.person_id = who.person and s.organisation_id = who.organisation and s.words_at is not null);
end $$;
alter function messaging.mine() owner to tillit_definer;

create function messaging.my_seats() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  return array(select s.id from public.messaging_seat s
               where s.person_id = who.person and s.organisation_id = who.organisation);
end $$;
alter function messaging.my_seats() owner to tillit_definer;
