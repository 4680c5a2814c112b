-- How often something may be tried (generic cell rate algorithm): `burst` times at once, then one time each
-- `every`. A key is an HMAC, so the table tells of nobody. The row's lock makes parallel tries wait their turn.
create function identity.take(wanted text, every interval, burst integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  insert into public.identity_allowance as a (key, free) values (wanted, moment + every)
  on conflict (key) do update set free = greatest(a.free, moment) + every
    where a.free <= moment + every * (burst - 1);
  return found;
end $$;
alter function identity.take(text, interval, integer) owner to tillit_definer;

-- A try that turned out right counts no more.
create function identity.give_back(wanted text, every interval) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
  update public.identity_allowance a set free = a.free - every
  where a.key = wanted and (select access.office()) is not null;
$$;
alter function identity.give_back(text, interval) owner to tillit_definer;

-- What has ended goes: sessions, spent allowances, invitations a month after their last day.
create function identity.sweep(idle interval) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := access.now();
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper sweeps' using errcode = '42501';
  end if;
  delete from public.identity_session s where s.expires <= moment or s.seen <= moment - idle;
  delete from public.identity_allowance a where a.free <= moment;
  delete from public.identity_invitation i where i.expires <= moment - interval '30 days';
end $$;
alter function identity.sweep(interval) owner to tillit_definer;
