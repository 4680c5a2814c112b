-- Free time of people who can be booked by the public, over all that they offer, for those who derive something from
-- it: hours and merged busy minutes up to the published horizon, never rows, never whose.
create function booking.open_time(people uuid[], low timestamptz, high timestamptz)
returns table (person uuid, zone text, weekly jsonb, overrides jsonb, days_off jsonb, travel jsonb, holidays text,
  busy_starts int[], busy_ends int[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); within tstzrange;
begin
  within := tstzrange(greatest(low, who.moment), least(greatest(high, who.moment), who.moment + interval '60 days'));
  return query
  select h.person_id, s.zone::text, s.weekly, s.overrides, s.days_off, s.travel, s.holidays::text,
    busy.starts, busy.ends
  from public.booking_host h
  join public.booking_schedule s on s.host_id = h.id
  cross join lateral booking.minutes(
    coalesce((select range_agg(b.span) from public.booking_busytime b
              where b.host_id = h.id and b.span && within), '{}')
    + coalesce((select range_agg(t.span) from public.booking_hosttime t
                where t.host_id = h.id and t.live and t.span && within), '{}')) busy
  where h.person_id = any (people) and h.organisation_id = who.organisation and h.bookable and h.here
    and not h.person_id = any ((select access.restricted())::uuid[]);
end $$;
alter function booking.open_time(uuid[], timestamptz, timestamptz) owner to tillit_definer;
