-- Polls for a common time. Participants see numbers of each other and never rows; who answers and who chooses meet under
-- the poll's lock; the chosen time is taken under the locks of its hosts, as every booking is.
set local check_function_bodies = off;

-- Parts --------------------------------------------------------------------------------------------------------

-- The key of a time in what a participant says.
create function booking.poll_key(starts timestamptz) returns text
language sql immutable as $$ select to_char(starts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') $$;

-- What was said of the times of this poll and of no others: yes, maybe or no.
create function booking.poll_choices(poll_id uuid, starts timestamptz[], said text[]) returns jsonb
language sql stable as $$
  select coalesce(jsonb_object_agg(booking.poll_key(lower(t.span)), s.word), '{}')
  from public.booking_polltime t
  join unnest(starts, said) s (start, word) on s.start = lower(t.span) and s.word in ('yes', 'maybe', 'no')
  where t.poll_id = poll_choices.poll_id;
$$;

-- Until when the hosts see who answered: a week after the last of its times.
create function booking.poll_seen_until(poll_id uuid) returns timestamptz
language sql stable as $$
  select max(upper(t.span)) + interval '7 days' from public.booking_polltime t where t.poll_id = poll_seen_until.poll_id;
$$;

-- Since when the days of a poll's data are counted while it is open: its last time. It moves when it ends otherwise.
create function booking.count_poll(who access.actor, poll_id uuid, since timestamptz) returns void
language plpgsql as $$
declare one record;
begin
  perform kernel.put_ends(who, p.person_id, array[('booking.poll', p.id, null, since, 'booking.keep_days', 30, '')::kernel.due])
  from public.booking_poll p where p.id = count_poll.poll_id;
  for one in select a.id, a.person_id from public.booking_pollanswer a
             where a.poll_id = count_poll.poll_id and a.state <> 'withdrawn' loop
    perform kernel.put_ends(who, one.person_id,
      array[('booking.polled', one.id, null, since, 'booking.keep_days', 30, '')::kernel.due]);
  end loop;
end $$;

-- Who takes part from now on: the hosts see them, until some time after, and their data is on the clock.
create function booking.admit_to_poll(who access.actor, poll_id uuid, answer uuid, participant uuid) returns void
language plpgsql as $$
begin
  perform access.open_grants(
    who, participant,
    array(select h.person_id from public.booking_pollhost h where h.poll_id = admit_to_poll.poll_id),
    'contact', 'answered', 'poll', answer, greatest(booking.poll_seen_until(poll_id), who.moment + interval '1 hour'),
    array[('booking.polled', answer, null, greatest(booking.poll_seen_until(poll_id) - interval '7 days', who.moment),
           'booking.keep_days', 30, '')::kernel.due]);
end $$;

-- Nothing of it blocks its hosts or waits for them any more; what it opened is closed. The caller holds its lock.
create function booking.finish_poll(who access.actor, one public.booking_poll) returns void
language plpgsql as $$
declare answer uuid;
begin
  delete from public.booking_busytime b where b.poll_id = one.id;
  update public.booking_meeting m set cancelled = who.moment where m.id = one.meeting_id and m.cancelled is null;
  update public.booking_hosttime t set live = false where t.meeting_id = one.meeting_id and t.live;
  perform kernel.cancel_ends('booking.poll_close', array[one.id]);
  perform kernel.cancel_ends('booking.poll_lapse', array[one.id]);
  for answer in select a.id from public.booking_pollanswer a where a.poll_id = one.id loop
    perform access.close_relation(who.organisation, 'answered', answer);
  end loop;
  perform booking.count_poll(who, one.id, who.moment);
end $$;

-- Hosts ------------------------------------------------------------------------------------------------------------

-- When these hosts work and when they are taken, for a colleague who looks for a common time: merged minutes, as for
-- the public page.
create function booking.common_facts(hosts uuid[], low timestamptz, high timestamptz)
returns table (host uuid, zone text, weekly text, overrides text, days_off text, travel text, holidays text,
               busy_starts int[], busy_ends int[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); within tstzrange;
begin
  if cardinality(hosts) > 20 or cardinality(access.roles()) = 0
     or not exists (select from public.booking_host h where h.person_id = who.person and h.organisation_id = who.organisation and h.here) then
    return;
  end if;
  low := greatest(low, who.moment - interval '8 days');
  within := tstzrange(low, greatest(low, least(high, who.moment + interval '400 days')));
  return query
  select h.id, s.zone::text, s.weekly::text, s.overrides::text, s.days_off::text, s.travel::text, s.holidays::text,
    busy.starts, busy.ends
  from public.booking_host h join public.booking_schedule s on s.host_id = h.id
  cross join lateral booking.minutes(
    coalesce((select range_agg(b.span) from public.booking_busytime b where b.host_id = h.id and b.span && within), '{}')
    + coalesce((select range_agg(t.span) from public.booking_hosttime t
                where t.host_id = h.id and t.live and t.span && within), '{}')) busy
  where h.id = any(hosts) and h.organisation_id = who.organisation and h.here
    and (h.bookable or h.person_id = who.person)
    and not h.person_id = any((select access.restricted())::uuid[]);
end $$;
alter function booking.common_facts(uuid[], timestamptz, timestamptz) owner to tillit_definer;

-- A host asks when others can. Answers ok, or why not: nobody (one of the hosts cannot be asked), many (too many polls
-- of theirs are open), times.
create function booking.open_poll(
  new_poll uuid, title bytea, place bytea, about bytea, minutes int, closes timestamptz, shows_names boolean,
  keeps_free boolean, hosts uuid[], starts timestamptz[]) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); length interval := make_interval(mins => minutes); last timestamptz;
begin
  if cardinality(access.roles()) = 0 or not exists (
       select from public.booking_host h where h.person_id = who.person and h.id = any(hosts) and h.here)
     or cardinality(hosts) > 20
     or (select count(*) from public.booking_host h where h.id = any(hosts) and h.organisation_id = who.organisation
         and h.here and (h.bookable or h.person_id = who.person)) <> cardinality(hosts) then
    return 'nobody';
  end if;
  starts := array(select distinct date_trunc('minute', s) as s from unnest(starts) s order by s);
  if cardinality(starts) not between 1 and 60 or starts[1] <= who.moment or closes <= who.moment
     or starts[cardinality(starts)] > who.moment + interval '400 days' or minutes not between 5 and 1440 then
    return 'times';
  end if;
  last := starts[cardinality(starts)];
  if closes > last then
    return 'times';
  end if;
  perform pg_advisory_xact_lock(uuid_hash_extended(who.person, 7132));
  if (select count(*) from public.booking_poll p where p.person_id = who.person and p.state = 'open') >= 50 then
    return 'many';
  end if;
  insert into public.booking_poll
    (id, organisation_id, person_id, title, place, about, minutes, closes, shows_names, keeps_free, state, number, sequence, made)
  values (new_poll, who.organisation, who.person, title, place, about, minutes, closes, shows_names, keeps_free, 'open', 0, 0, who.moment);
  insert into public.booking_pollhost (id, organisation_id, poll_id, host_id, person_id)
  select gen_random_uuid(), who.organisation, new_poll, h.id, h.person_id from public.booking_host h where h.id = any(hosts);
  insert into public.booking_polltime (id, organisation_id, poll_id, span)
  select gen_random_uuid(), who.organisation, new_poll, tstzrange(s, s + length) from unnest(starts) s;
  if keeps_free then
    insert into public.booking_busytime (id, organisation_id, host_id, person_id, poll_id, span, made)
    select gen_random_uuid(), who.organisation, h.host_id, h.person_id, new_poll, tstzrange(s, s + length), who.moment
    from public.booking_pollhost h cross join unnest(starts) s where h.poll_id = new_poll;
  end if;
  perform kernel.put_ends(who, who.person, array[
    ('booking.poll_close', new_poll, closes, null, null, null, '')::kernel.due,
    ('booking.poll_lapse', new_poll, least(closes + interval '7 days', last), null, null, null, '')::kernel.due]);
  perform booking.count_poll(who, new_poll, last + length);
  return 'ok';
end $$;
alter function booking.open_poll(uuid, bytea, bytea, bytea, int, timestamptz, boolean, boolean, uuid[], timestamptz[])
  owner to tillit_definer;

-- Which times of a poll (by their start) one of its hosts can no longer keep, beside what is held for the poll itself.
create function booking.taken_for_poll(keeping uuid)
returns timestamptz[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct lower(t.span)), '{}')
  from public.booking_poll p join public.booking_polltime t on t.poll_id = p.id
  join public.booking_pollhost h on h.poll_id = p.id
  join public.booking_host here on here.id = h.host_id and here.here
  where p.id = keeping and p.id = any((select booking.polls_hosted())::uuid[])
    and (exists (select from public.booking_hosttime x
                 where x.host_id = h.host_id and x.live and x.span && t.span and x.meeting_id is distinct from p.meeting_id)
      or exists (select from public.booking_busytime b
                 where b.host_id = h.host_id and b.span && t.span and b.poll_id is distinct from p.id));
$$;
alter function booking.taken_for_poll(uuid) owner to tillit_definer;

-- The host who asked writes the words of a poll anew. False for whoever did not ask.
create function booking.write_poll(poll_id uuid, field text, written bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.booking_poll p
  set title = case field when 'title' then written else p.title end,
      place = case field when 'place' then written else p.place end,
      about = case field when 'about' then written else p.about end
  where p.id = write_poll.poll_id and p.organisation_id = access.organisation() and p.person_id = access.person();
  return found;
end $$;
alter function booking.write_poll(uuid, text, bytea) owner to tillit_definer;

-- The link that was shared so far opens nothing from now on.
create function booking.renew_poll(poll_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.booking_poll p set number = p.number + 1
  where p.id = renew_poll.poll_id and p.id = any(booking.polls_hosted()) and p.state = 'open';
  return found;
end $$;
alter function booking.renew_poll(uuid) owner to tillit_definer;

-- The type under which meetings stand that a poll has found; nobody can book it, and it is no offer. `kind` is such a
-- row as the program makes it.
create function booking.poll_type(organisation uuid, kind jsonb) returns uuid
language plpgsql as $$
declare found_one uuid;
begin
  insert into public.booking_meetingtype
  select * from jsonb_populate_record(null::public.booking_meetingtype, kind || jsonb_build_object(
    'id', gen_random_uuid(), 'organisation_id', organisation, 'slug', '_polls_', 'published', false, 'for_polls', true,
    'made', access.now()))
  on conflict (organisation_id, slug) do nothing;
  select t.id into found_one from public.booking_meetingtype t
  where t.organisation_id = poll_type.organisation and t.slug = '_polls_';
  return found_one;
end $$;

-- A host chooses a time: it stands in the calendars of all hosts of the poll who are still here, or nothing has changed. Answers ok, again
-- (that one is chosen already), taken (something else stands there by now), past, gone.
create function booking.choose_poll_time(poll_id uuid, starts timestamptz, new_meeting uuid, kind jsonb) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.actor := access.actor(); one public.booking_poll; chosen tstzrange; own_hosts uuid[]; stands tstzrange;
  place booking.place;
begin
  select p.* into one from public.booking_poll p
  where p.id = choose_poll_time.poll_id and p.id = any(booking.polls_hosted()) for update;
  select t.span into chosen from public.booking_polltime t where t.poll_id = one.id and lower(t.span) = starts;
  if one.id is null or chosen is null then
    return 'gone';
  elsif one.state = 'chosen' then
    select m.span into stands from public.booking_meeting m where m.id = one.meeting_id;
    return case when stands = chosen then 'again' else 'gone' end;
  elsif one.state <> 'open' then
    return 'gone';
  elsif lower(chosen) <= who.moment then
    return 'past';
  end if;
  own_hosts := array(select h.host_id from public.booking_pollhost h
                     join public.booking_host b on b.id = h.host_id and b.here where h.poll_id = one.id);
  perform booking.lock_hosts(own_hosts);
  if exists (select from public.booking_hosttime t where t.host_id = any(own_hosts) and t.live and t.span && chosen)
     or exists (select from public.booking_busytime b
                where b.host_id = any(own_hosts) and b.span && chosen and b.poll_id is distinct from one.id) then
    return 'taken';
  end if;
  delete from public.booking_busytime b where b.poll_id = one.id;
  place.type := booking.poll_type(who.organisation, kind);
  place.capacity := 1; place.meets := chosen; place.taken := chosen; place.chosen := own_hosts;
  perform booking.hold(who, place, new_meeting);
  update public.booking_poll p set state = 'chosen', meeting_id = new_meeting, sequence = p.sequence + 1 where p.id = one.id;
  perform kernel.cancel_ends('booking.poll_close', array[one.id]);
  perform kernel.cancel_ends('booking.poll_lapse', array[one.id]);
  perform booking.count_poll(who, one.id, upper(chosen));
  return 'ok';
end $$;
alter function booking.choose_poll_time(uuid, timestamptz, uuid, jsonb) owner to tillit_definer;

-- A host calls the poll off, or the meeting that came of it. Answers ok, again, past (it has begun), gone.
create function booking.call_off_poll(poll_id uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_poll; own_hosts uuid[];
begin
  select p.* into one from public.booking_poll p
  where p.id = call_off_poll.poll_id and p.id = any(booking.polls_hosted()) for update;
  if one.id is null then
    return 'gone';
  elsif one.state in ('off', 'lapsed') then
    return 'again';
  elsif one.state = 'chosen' and exists (
    select from public.booking_meeting m where m.id = one.meeting_id and lower(m.span) <= who.moment) then
    return 'past';
  end if;
  own_hosts := array(select h.host_id from public.booking_pollhost h where h.poll_id = one.id);
  perform booking.lock_hosts(own_hosts);
  update public.booking_poll p set state = 'off', sequence = p.sequence + 1 where p.id = one.id;
  perform booking.finish_poll(who, one);
  return 'ok';
end $$;
alter function booking.call_off_poll(uuid) owner to tillit_definer;

-- Participants -----------------------------------------------------------------------------------------------------

-- Whoever holds the link (office "poll") answers as somebody new. Answers ok, again (this form was sent before), late,
-- full, gone.
create function booking.answer_poll(
  new_answer uuid, form uuid, new_person uuid, called bytea, address bytea, address_index text, envelope bytea,
  speaks text, zone text, starts timestamptz[], said text[], words bytea, out outcome text, out answer uuid,
  out person uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_poll;
begin
  select p.* into one from public.booking_poll p
  where p.id = access.subject_id_as('poll') and p.organisation_id = who.organisation for update;
  select a.id, a.person_id into answer, person from public.booking_pollanswer a where a.poll_id = one.id and a.key = form;
  outcome := case
    when one.id is null then 'gone'
    when answer is not null then 'again'
    when one.state <> 'open' or one.closes <= who.moment then 'late'
    when not exists (select from public.booking_pollhost h join public.booking_host b on b.id = h.host_id and b.here
                     where h.poll_id = one.id) then 'late'  -- nobody is left who could read it
    when (select count(*) from public.booking_pollanswer a where a.poll_id = one.id) >= 200 then 'full'
    else 'ok' end;
  if outcome <> 'ok' then
    return;
  end if;
  insert into public.identity_person
    (id, organisation_id, display_name, email, email_index, phone, phone_index, language, time_zone, verified, made)
  values (new_person, who.organisation, called, address, address_index, '', '', speaks, zone, false, who.moment);
  perform keys.insert_key(who.organisation, new_person, 'erasable', 1, envelope);
  insert into public.booking_pollanswer (id, organisation_id, poll_id, person_id, state, key, choices, note, changed, made)
  values (new_answer, who.organisation, one.id, new_person, 'answered', form,
          booking.poll_choices(one.id, starts, said), words, who.moment, who.moment);
  perform booking.admit_to_poll(who, one.id, new_answer, new_person);
  answer := new_answer; person := new_person;
end $$;
alter function booking.answer_poll(uuid, uuid, uuid, bytea, bytea, text, bytea, text, text, timestamptz[], text[], bytea)
  owner to tillit_definer;

-- Who takes part says it anew, or for the first time after being asked by mail; then with a name. Answers ok, late, gone.
create function booking.change_poll_answer(
  answer uuid, called bytea, zone text, starts timestamptz[], said text[], words bytea) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_poll; mine public.booking_pollanswer;
begin
  select p.* into one from public.booking_poll p
  join public.booking_pollanswer a on a.poll_id = p.id
  where a.id = change_poll_answer.answer and a.person_id = who.person and a.organisation_id = who.organisation
  for share of p;
  select a.* into mine from public.booking_pollanswer a where a.id = change_poll_answer.answer for update;
  if one.id is null or mine.state = 'withdrawn' then
    return 'gone';
  elsif one.state <> 'open' or one.closes <= who.moment then
    return 'late';
  end if;
  update public.booking_pollanswer a
  set state = 'answered', choices = booking.poll_choices(one.id, starts, said), note = words, changed = who.moment
  where a.id = mine.id;
  update public.identity_person p set display_name = called, time_zone = zone
  where p.id = who.person and p.account_id is null and called is not null;
  return 'ok';
end $$;
alter function booking.change_poll_answer(uuid, bytea, text, timestamptz[], text[], bytea) owner to tillit_definer;

-- Who takes part takes it back: the hosts see nothing of it from this moment, and the sweeper deletes it.
create function booking.withdraw_poll_answer(answer uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  update public.booking_pollanswer a set state = 'withdrawn', choices = '{}', note = ''
  where a.id = withdraw_poll_answer.answer and a.person_id = who.person and a.organisation_id = who.organisation
    and a.state <> 'withdrawn';
  if not found then
    return false;
  end if;
  perform access.close_relation(who.organisation, 'answered', answer);
  perform kernel.put_ends(who, who.person,
    array[('booking.polled', answer, who.moment, null, null, null, 'withdrawn')::kernel.due]);
  return true;
end $$;
alter function booking.withdraw_poll_answer(uuid) owner to tillit_definer;

-- A host asks an address by mail: somebody new, whose own link goes there. Null where the poll has them already, is over
-- or full.
create function booking.ask_into_poll(
  poll_id uuid, new_answer uuid, new_person uuid, called bytea, address bytea, address_index text, envelope bytea,
  speaks text, zone text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_poll;
begin
  select p.* into one from public.booking_poll p
  where p.id = ask_into_poll.poll_id and p.id = any(booking.polls_hosted()) for update;
  if one.id is null or one.state <> 'open' or one.closes <= who.moment
     or (select count(*) from public.booking_pollanswer a where a.poll_id = one.id) >= 200
     or exists (select from public.booking_pollanswer a join public.identity_person p on p.id = a.person_id
                where a.poll_id = one.id and p.email_index = address_index) then
    return null;
  end if;
  insert into public.identity_person
    (id, organisation_id, display_name, email, email_index, phone, phone_index, language, time_zone, verified, made)
  values (new_person, who.organisation, called, address, address_index, '', '', speaks, zone, false, who.moment);
  perform keys.insert_key(who.organisation, new_person, 'erasable', 1, envelope);
  insert into public.booking_pollanswer (id, organisation_id, poll_id, person_id, state, key, choices, note, made)
  values (new_answer, who.organisation, one.id, new_person, 'asked', gen_random_uuid(), '{}', '', who.moment);
  perform booking.admit_to_poll(who, one.id, new_answer, new_person);
  return new_answer;
end $$;
alter function booking.ask_into_poll(uuid, uuid, uuid, bytea, bytea, text, bytea, text, text) owner to tillit_definer;

-- How many can at each time, for whoever may see the poll; of people whose data lies at rest nothing counts.
create function booking.poll_counts(poll_id uuid) returns table (starts timestamptz, yes int, maybe int, answered int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare resting uuid[] := access.restricted(); answered_by int;
begin
  if not poll_counts.poll_id = any(booking.polls()) then
    return;
  end if;
  select count(*) into answered_by from public.booking_pollanswer a
  where a.poll_id = poll_counts.poll_id and a.state = 'answered' and not a.person_id = any(resting);
  return query
  select lower(t.span), coalesce(c.yes, 0)::int, coalesce(c.maybe, 0)::int, answered_by
  from public.booking_polltime t
  left join (
    select s.key, count(*) filter (where s.value = 'yes') as yes, count(*) filter (where s.value = 'maybe') as maybe
    from public.booking_pollanswer a cross join lateral jsonb_each_text(a.choices) s
    where a.poll_id = poll_counts.poll_id and a.state = 'answered' and not a.person_id = any(resting)
    group by s.key) c on c.key = booking.poll_key(lower(t.span))
  where t.poll_id = poll_counts.poll_id and t.organisation_id = access.organisation()
  order by t.span;
end $$;
alter function booking.poll_counts(uuid) owner to tillit_definer;

-- Who can when, for those who have answered themselves, where the host said before that names are shown.
create function booking.poll_names(poll_id uuid) returns table (person uuid, name bytea, choices jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.display_name, a.choices
  from public.booking_pollanswer a join public.identity_person p on p.id = a.person_id
  join public.booking_poll q on q.id = a.poll_id and q.shows_names and q.state in ('open', 'chosen')
  where a.poll_id = poll_names.poll_id and a.organisation_id = (select access.organisation()) and a.state = 'answered'
    and not a.person_id = any((select access.restricted())::uuid[])
    and exists (select from public.booking_pollanswer m
                where m.poll_id = poll_names.poll_id and m.state = 'answered' and m.person_id = (select access.person()))
  order by a.made, a.id;
$$;
alter function booking.poll_names(uuid) owner to tillit_definer;

-- The time that was chosen, for whoever may see the poll.
create function booking.poll_meeting(poll_id uuid) returns tstzrange
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.span from public.booking_poll p join public.booking_meeting m on m.id = p.meeting_id
  where p.id = poll_meeting.poll_id and p.id = any((select booking.polls())::uuid[])
    and p.organisation_id = (select access.organisation());
$$;
alter function booking.poll_meeting(uuid) owner to tillit_definer;

-- To whom a message about a poll goes: its hosts who are still here and who takes part, but for those whose data lies at
-- rest; for reactions and nobody else. `said`: what they said of the chosen time.
create function booking.poll_contacts(poll_id uuid)
returns table (side text, answer uuid, state text, said text, person uuid, name bytea, email bytea, phone bytea,
               language text, zone text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'guest', a.id, a.state::text, a.choices ->> booking.poll_key(lower(m.span)), p.id, p.display_name, p.email,
    p.phone, p.language::text, p.time_zone::text
  from public.booking_pollanswer a join public.identity_person p on p.id = a.person_id
  join public.booking_poll q on q.id = a.poll_id left join public.booking_meeting m on m.id = q.meeting_id
  where a.poll_id = poll_contacts.poll_id and a.organisation_id = access.organisation() and access.office() = 'reaction'
    and a.state <> 'withdrawn' and not p.id = any((select access.restricted())::uuid[])
  union all
  select 'host', null, '', null, p.id, p.display_name, p.email, p.phone, p.language::text, s.zone::text
  from public.booking_pollhost h join public.identity_person p on p.id = h.person_id
  join public.booking_host b on b.id = h.host_id and b.here
  join public.booking_schedule s on s.host_id = h.host_id
  where h.poll_id = poll_contacts.poll_id and h.organisation_id = access.organisation() and access.office() = 'reaction'
    and not p.id = any((select access.restricted())::uuid[]);
$$;
alter function booking.poll_contacts(uuid) owner to tillit_definer;

-- The sweeper ------------------------------------------------------------------------------------------------------

-- Nobody chose a time: these polls end by themselves. Answers which.
create function booking.lapse_polls(polls uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.booking_poll; lapsed uuid[] := '{}';
begin
  if who.office is distinct from 'sweeper' then
    raise exception 'only the sweeper ends it' using errcode = '42501';
  end if;
  for one in select p.* from public.booking_poll p
             where p.id = any(polls) and p.organisation_id = who.organisation and p.state = 'open'
             order by p.id for update loop
    update public.booking_poll p set state = 'lapsed' where p.id = one.id;
    perform booking.finish_poll(who, one);
    lapsed := lapsed || one.id;
  end loop;
  return lapsed;
end $$;
alter function booking.lapse_polls(uuid[]) owner to tillit_definer;

-- Of these polls those that still wait for a choice.
create function booking.undecided_polls(polls uuid[]) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(p.id), '{}') from public.booking_poll p
  where p.id = any(polls) and p.organisation_id = access.organisation() and p.state = 'open'
    and access.office() = 'sweeper';
$$;
alter function booking.undecided_polls(uuid[]) owner to tillit_definer;

-- A part: these answers go, and who gave them where nothing else keeps them known; and polls whose days are over with
-- the last of them.
create function booking.drop_poll_answers(own uuid, answers uuid[]) returns integer
language plpgsql as $$
declare people uuid[];
begin
  people := array(select a.person_id from public.booking_pollanswer a where a.id = any(answers) and a.organisation_id = own);
  delete from public.booking_pollanswer a where a.id = any(answers) and a.organisation_id = own;
  delete from public.booking_poll p
  where p.organisation_id = own and p.title = '' and not exists (
    select from public.booking_pollanswer a where a.poll_id = p.id);
  return identity.forget_guests(people, answers);
end $$;

-- The days of these answers are over, or they were withdrawn.
create function booking.forget_poll_answers(answers uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  return booking.drop_poll_answers(access.organisation(), answers);
end $$;
alter function booking.forget_poll_answers(uuid[]) owner to tillit_definer;

-- The days of these polls are over: their words go, and their answers but for those that are held back, with which the
-- rest of the poll goes later.
create function booking.forget_polls(polls uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  update public.booking_poll p set title = '', place = '', about = '' where p.id = any(polls) and p.organisation_id = own;
  return booking.drop_poll_answers(own, array(
    select a.id from public.booking_pollanswer a
    where a.poll_id = any(polls) and not exists (
      select from public.kernel_end e
      where e.organisation_id = own and e.kind = 'booking.polled' and e.object_id = a.id and e.state = 'open'
        and e.due > access.now() + interval '1 hour')));
end $$;
alter function booking.forget_polls(uuid[]) owner to tillit_definer;

revoke execute on function
  booking.poll_key(timestamptz), booking.poll_choices(uuid, timestamptz[], text[]), booking.poll_seen_until(uuid),
  booking.count_poll(access.actor, uuid, timestamptz), booking.admit_to_poll(access.actor, uuid, uuid, uuid),
  booking.finish_poll(access.actor, public.booking_poll), booking.poll_type(uuid, jsonb),
  booking.drop_poll_answers(uuid, uuid[])
from public;
grant execute on function
  booking.poll_key(timestamptz), booking.poll_choices(uuid, timestamptz[], text[]), booking.poll_seen_until(uuid),
  booking.count_poll(access.actor, uuid, timestamptz), booking.admit_to_poll(access.actor, uuid, uuid, uuid),
  booking.finish_poll(access.actor, public.booking_poll), booking.poll_type(uuid, jsonb),
  booking.drop_poll_answers(uuid, uuid[])
to tillit_definer;
