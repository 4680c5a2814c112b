-- Round robin: whose turn it is. Decided under the candidates' locks, so that guests who book at once see what each other
-- got. Equal ones go by the order that administrators have given.

-- Of each host of a type: how many meetings of it they have, over the type's days back and all to come, and how many
-- would be theirs: each meeting is owed to all who were hosts when it was booked, by their shares. Who joins later owes
-- and is owed nothing of what was before, so they begin in the middle of the others. Cancelled meetings do not count.
create function booking.balance(type_id uuid, moment timestamptz, aside uuid)
returns table (host uuid, had int, due numeric)
language sql stable as $$
  with span as (
    select moment - make_interval(days => t.fair_days) as since from public.booking_meetingtype t where t.id = type_id),
  host as (
    select th.host_id, th.share, th.joined
    from public.booking_typehost th join public.booking_host h on h.id = th.host_id and h.bookable and h.here
    where th.meeting_type_id = type_id),
  era as (  -- from one joining to the next: who is owed
    select e.joined as since, lead(e.joined) over (order by e.joined) as till,
      (select sum(o.share) from host o where o.joined <= e.joined) as shares
    from (select distinct joined from host) e),
  given as (
    select host.host_id, era.since, era.shares, count(*) as many
    from host cross join span
    join public.booking_hosttime t on t.host_id = host.host_id and t.live and t.span && tstzrange(span.since, null)
    join public.booking_meeting m on m.id = t.meeting_id and m.meeting_type_id = type_id and lower(m.span) >= span.since
      and m.made >= host.joined and m.id is distinct from aside
    join era on m.made >= era.since and (era.till is null or m.made < era.till)
    group by host.host_id, era.since, era.shares)
  select host.host_id,
    coalesce((select sum(g.many) from given g where g.host_id = host.host_id), 0)::int,
    round(coalesce((select sum(g.many * host.share::numeric / g.shares) from given g where g.since >= host.joined), 0), 6)
  from host;
$$;

-- The places of `hosts` in the order of their turns.
create function booking.in_turn(type_id uuid, sharing text, hosts uuid[], moment timestamptz, aside uuid) returns int[]
language plpgsql stable as $$
begin
  if sharing = 'fair' then
    return array(
      select c.place from unnest(hosts) with ordinality c (host, place)
      join public.booking_typehost th on th.meeting_type_id = type_id and th.host_id = c.host
      join booking.balance(type_id, moment, aside) b on b.host = c.host
      order by b.had - b.due, th.priority, c.host);
  end if;
  return array(
    select c.place from unnest(hosts) with ordinality c (host, place)
    join public.booking_typehost th on th.meeting_type_id = type_id and th.host_id = c.host
    cross join lateral booking.to_come(c.host, moment, aside) load
    order by load, th.priority, c.host);
end $$;

-- How many live meetings of any type a host has to come.
create function booking.to_come(host uuid, moment timestamptz, aside uuid) returns bigint
language sql stable as $$
  select count(*) from public.booking_hosttime t
  where t.host_id = to_come.host and t.live and t.span && tstzrange(moment, null) and lower(t.span) > moment
    and t.meeting_id is distinct from aside;
$$;

-- For administrators: how a type's meetings are shared now, in the order of the turns. Numbers alone.
create function booking.shared(type_id uuid) returns table (host uuid, had int, due numeric, to_come bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); kind public.booking_meetingtype;
begin
  select t.* into kind from public.booking_meetingtype t where t.id = type_id and t.organisation_id = who.organisation;
  if not found or not 'administrator' = any(access.roles()) then
    raise exception 'administrators look at it' using errcode = '42501';
  end if;
  return query
    select b.host, b.had, b.due, load
    from booking.balance(type_id, who.moment, null) b
    join public.booking_typehost th on th.meeting_type_id = type_id and th.host_id = b.host
    cross join lateral booking.to_come(b.host, who.moment, null) load
    order by case kind.sharing when 'fair' then b.had - b.due when 'load' then load else th.priority end,
      th.priority, load, b.host;
end $$;
alter function booking.shared(uuid) owner to tillit_definer;

revoke execute on function
  booking.balance(uuid, timestamptz, uuid), booking.in_turn(uuid, text, uuid[], timestamptz, uuid),
  booking.to_come(uuid, timestamptz, uuid)
from public;
grant execute on function
  booking.balance(uuid, timestamptz, uuid), booking.in_turn(uuid, text, uuid[], timestamptz, uuid),
  booking.to_come(uuid, timestamptz, uuid)
to tillit_definer;
