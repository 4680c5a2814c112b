-- When the hosts of the organisation are booked, for its administrators: times alone, merged, so that nothing says what
-- they are for or where one ends and the next begins. What a host blocked, or does elsewhere, is not among it.
create function booking.team(first timestamptz, last timestamptz)
returns table (host uuid, starts timestamptz[], ends timestamptz[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if not 'administrator' = any(access.roles()) or last > first + interval '62 days' then
    raise exception 'administrators look at a month' using errcode = '42501';
  end if;
  return query
    select h.id, coalesce(array_agg(lower(r) order by r) filter (where r is not null), '{}'),
      coalesce(array_agg(upper(r) order by r) filter (where r is not null), '{}')
    from public.booking_host h
    cross join lateral (
      select range_agg(m.span) as spans from public.booking_hosttime t join public.booking_meeting m on m.id = t.meeting_id
      where t.host_id = h.id and t.live and m.span && tstzrange(first, last)) taken
    left join lateral unnest(taken.spans) r on true
    where h.organisation_id = who.organisation and h.here
    group by h.id;
end $$;
alter function booking.team(timestamptz, timestamptz) owner to tillit_definer;
