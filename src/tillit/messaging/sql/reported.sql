-- Who said the messages that the acting moderator has in hand: which of the two, and as which person, so that their
-- being read is on record.
create function messaging.sides(messages uuid[]) returns table (message uuid, number smallint, person uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.id, s.number, s.person_id
  from public.messaging_message m join public.messaging_seat s on s.id = m.by_id
  where m.id = any (messages) and m.organisation_id = (select access.organisation())
    and m.id = any ((select moderation.under_case('thread'))::uuid[]);
$$;
alter function messaging.sides(uuid[]) owner to tillit_definer;
