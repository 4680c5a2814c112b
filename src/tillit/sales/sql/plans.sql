-- Memberships: open until paid, on until their end, over by themselves.

-- The acting person takes a membership, or goes on with the one that is not paid yet. Answers its id; null: not offered.
create function sales.subscribe(new_row uuid, wanted uuid, currency text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); plan public.sales_plan; mine public.sales_subscription; one uuid;
begin
  select p.* into plan from public.sales_plan p
  where p.id = wanted and p.organisation_id = who.organisation and p.offered;
  if not found or who.person is null then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('sales.subscribe:' || who.person::text, 0));
  select s.id into one from public.sales_subscription s where s.person_id = who.person and s.state = 'open';
  if found then
    update public.sales_subscription s set state = 'over', why = 'unpaid'
    where s.id = one and (s.plan_id, s.price) <> (plan.id, plan.price)
      and not exists (select from public.wallet_payment p where p.object_id = one and p.state = 'open');
    if not found then
      return one;
    end if;
  end if;
  select s.* into mine from public.sales_subscription s
  where s.person_id = who.person and s.state = 'on' order by s.until desc limit 1;
  insert into public.sales_subscription
    (id, organisation_id, person_id, plan_id, follows_id, state, price, currency, renews, why, made)
  values (new_row, who.organisation, who.person, plan.id, mine.id, 'open', plan.price, subscribe.currency, false, '',
          who.moment);
  return new_row;
end $$;
alter function sales.subscribe(uuid, uuid, text) owner to tillit_definer;

-- Whoever takes it begins to pay.
create function sales.pay_subscription(wanted uuid, new_payment uuid, payer bytea, provider text, until timestamptz)
returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.sales_subscription; begun uuid;
begin
  select s.* into one from public.sales_subscription s
  where s.id = wanted and s.person_id = who.person and s.state = 'open' for no key update;
  if not found then
    return null;
  end if;
  select p.id into begun from public.wallet_payment p where p.object_id = wanted and p.state = 'open';
  if not found then
    begun := new_payment;
    perform wallet.open_payment(who, begun, one.person_id, payer, 'sales.subscription', wanted, one.price, one.currency,
                                provider, until);
  end if;
  return begun;
end $$;
alter function sales.pay_subscription(uuid, uuid, bytea, text, timestamptz) owner to tillit_definer;

-- A payment for it has changed, as the program hears: paid turns it on, from the end of the one before it or from now.
-- Answers "on", "over" (the payment came to nothing), "back" (paid for what is over: it goes back), "twice" (paid more
-- than once: all but the first goes back), "".
create function sales.settle_subscription(wanted uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.sales_subscription; begins timestamptz; ends timestamptz;
  held bigint; is_open boolean;
begin
  if who.office is distinct from 'reaction' then
    raise exception 'only the program settles it' using errcode = '42501';
  end if;
  select s.* into one from public.sales_subscription s
  where s.id = wanted and s.organisation_id = who.organisation for no key update;
  select coalesce(sum(wallet.free_of(p.id)), 0), coalesce(bool_or(p.state = 'open'), false) into held, is_open
  from public.wallet_payment p where p.object_id = wanted and p.object_kind = 'sales.subscription';
  if one.state = 'open' and held >= one.price then
    select greatest(coalesce(f.until, who.moment), who.moment) into begins from public.sales_subscription f
    where f.id = one.follows_id and f.state = 'on';
    begins := coalesce(begins, who.moment);
    select begins + make_interval(months => p.months) into ends from public.sales_plan p where p.id = one.plan_id;
    update public.sales_subscription s set state = 'on', since = begins, until = ends where s.id = wanted;
    perform kernel.put_ends(who, one.person_id, array[
      ('sales.subscription_told', wanted, greatest(ends - interval '7 days', who.moment), null, null, null, '')::kernel.due,
      ('sales.subscription', wanted, ends, null, null, null, '')::kernel.due]);
    return 'on';
  elsif one.state = 'open' and not is_open then
    update public.sales_subscription s set state = 'over', why = 'unpaid' where s.id = wanted;
    perform sales.subscription_forgotten_later(who, one.person_id, wanted);
    return 'over';
  elsif one.state = 'on' and held > one.price then
    return 'twice';
  elsif one.state = 'over' and one.why in ('unpaid', 'withdrawn') and held > 0 then
    return 'back';
  end if;
  return '';
end $$;
alter function sales.settle_subscription(uuid) owner to tillit_definer;

-- A part: a year after it was over, nothing is left of it here.
create function sales.subscription_forgotten_later(who access.actor, person uuid, wanted uuid) returns void
language plpgsql as $$
begin
  perform kernel.cancel_ends('sales.subscription', array[wanted]);
  perform kernel.cancel_ends('sales.subscription_told', array[wanted]);
  perform kernel.put_ends(who, person, array[
    ('sales.subscription_data', wanted, who.moment + interval '365 days', null, null, null, '')::kernel.due]);
end $$;
revoke execute on function sales.subscription_forgotten_later(access.actor, uuid, uuid) from public;
grant execute on function sales.subscription_forgotten_later(access.actor, uuid, uuid) to tillit_definer;

-- It ends: by its person, now ("withdrawn" within fourteen days of paying, with the money back; else "ended"), or by
-- the sweeper at its end. Answers why, or null where it was over already.
create function sales.end_subscription(wanted uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.sales_subscription; reason text := 'ended'; paid timestamptz;
begin
  select s.* into one from public.sales_subscription s
  where s.id = wanted and s.organisation_id = who.organisation for no key update;
  if not found or one.state = 'over' or not (one.person_id = who.person or who.office = 'sweeper') then
    return null;
  end if;
  if who.office is distinct from 'sweeper' then
    select max(p.settled) into paid from public.wallet_payment p where p.object_id = wanted and p.state = 'paid';
    reason := case when one.state = 'open' then 'unpaid'  -- what comes for it after all goes back
                   when paid >= who.moment - interval '14 days' then 'withdrawn' else 'ended' end;
  end if;
  update public.sales_subscription s set state = 'over', why = reason where s.id = wanted;
  perform sales.subscription_forgotten_later(who, one.person_id, wanted);
  return reason;
end $$;
alter function sales.end_subscription(uuid) owner to tillit_definer;
