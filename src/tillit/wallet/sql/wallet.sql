-- Payments are written here only. What `held` says is what the entries add up to; entries never change. A provider may
-- tell the same thing twice, late, or in any order: the row's lock and the entry's reference make it one.

create schema wallet;
grant usage on schema wallet to tillit_app, tillit_definer;
grant create on schema wallet to tillit_definer;

-- A part: a payment begins. It stands on the clock twice: until it can be paid, and until the books may forget it, at
-- the end of the seventh year after the present one.
create function wallet.open_payment(
  who access.actor, new_payment uuid, person uuid, payer bytea, kind text, object uuid, amount bigint, currency text,
  provider text, due timestamptz) returns void
language plpgsql as $$
begin
  insert into public.wallet_payment
    (id, organisation_id, person_id, object_kind, object_id, payer, amount, currency, state, held, provider, reference,
     url, due, made)
  values (new_payment, who.organisation, person, kind, object, payer, amount, currency, 'open', 0, provider, '', '', due,
          who.moment);
  perform kernel.put_ends(who, person, array[
    ('wallet.payment', new_payment, due, null, null, null, '')::kernel.due,
    ('wallet.books', new_payment,
     make_timestamptz(extract(year from who.moment at time zone 'UTC')::int + 8, 1, 1, 0, 0, 0, 'UTC'),
     null, null, null, '')::kernel.due]);
end $$;

-- A part: only the program speaks to providers, in the office of payments.
create function wallet.only_payments() returns void
language plpgsql stable as $$
begin
  if access.office() is distinct from 'payments' then
    raise exception 'only the office of payments hears providers' using errcode = '42501';
  end if;
end $$;

-- The provider has begun it, under its own reference. Once.
create function wallet.began(payment_id uuid, its_reference text, its_url text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform wallet.only_payments();
  update public.wallet_payment p set reference = its_reference, url = its_url
  where p.id = payment_id and p.organisation_id = access.organisation() and p.state = 'open' and p.reference = '';
  return found;
end $$;
alter function wallet.began(uuid, text, text) owner to tillit_definer;

-- What a provider says of a payment: paid, failed or ended. Paid is final; it can follow the others, for money that
-- came is there. Answers the new state; "again" where nothing is new, "wrong" where the sum or currency is another.
create function wallet.note(payment_id uuid, told text, sum bigint, its_currency text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one public.wallet_payment; moment timestamptz := access.now();
begin
  perform wallet.only_payments();
  select p.* into one from public.wallet_payment p
  where p.id = payment_id and p.organisation_id = access.organisation() for no key update;
  if not found or one.reference = '' then
    return 'gone';
  elsif told not in ('paid', 'failed', 'ended') or one.state = 'paid' or (told <> 'paid' and one.state <> 'open') then
    return 'again';
  elsif told = 'paid' and (sum is distinct from one.amount or its_currency is distinct from one.currency) then
    return 'wrong';
  end if;
  update public.wallet_payment p
  set state = told, settled = moment, held = case when told = 'paid' then one.amount else 0 end where p.id = one.id;
  if told = 'paid' then
    insert into public.wallet_entry (id, organisation_id, payment_id, amount, reference, made)
    values (gen_random_uuid(), one.organisation_id, one.id, one.amount, one.reference, moment);
  end if;
  perform kernel.cancel_ends('wallet.payment', array[one.id]);
  return told;
end $$;
alter function wallet.note(uuid, text, bigint, text) owner to tillit_definer;

-- What of a payment is neither paid back nor on its way.
create function wallet.free_of(payment_id uuid) returns bigint
language sql stable as $$
  select p.held - coalesce((select sum(r.amount) from public.wallet_refund r
                            where r.payment_id = p.id and r.state = 'asked'), 0)::bigint
  from public.wallet_payment p where p.id = payment_id;
$$;

-- Money shall go back: by a reaction of the program, or an administrator. Never more than is held.
create function wallet.ask_refund(new_refund uuid, payment_id uuid, sum bigint, reason text, said bytea) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one public.wallet_payment;
begin
  if access.office() is distinct from 'reaction' and not access.roles() && array['administrator'] then
    raise exception 'paid back by the program or by administrators' using errcode = '42501';
  end if;
  select p.* into one from public.wallet_payment p
  where p.id = payment_id and p.organisation_id = access.organisation() for no key update;
  if not found then
    return 'gone';
  elsif sum <= 0 or sum > wallet.free_of(one.id) then
    return 'too_much';
  end if;
  insert into public.wallet_refund
    (id, organisation_id, payment_id, person_id, amount, why, words, state, reference, made)
  values (new_refund, one.organisation_id, one.id, one.person_id, sum, reason, said, 'asked', '', access.now());
  return 'ok';
end $$;
alter function wallet.ask_refund(uuid, uuid, bigint, text, bytea) owner to tillit_definer;

-- The provider has paid it back, or says that it cannot.
create function wallet.refunded(refund_id uuid, its_reference text, done boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare one public.wallet_refund;
begin
  perform wallet.only_payments();
  select r.* into one from public.wallet_refund r
  where r.id = refund_id and r.organisation_id = access.organisation();
  perform from public.wallet_payment p where p.id = one.payment_id for no key update;
  update public.wallet_refund r
  set state = case when done then 'done' else 'failed' end, reference = its_reference, settled = access.now()
  where r.id = one.id and r.state = 'asked';
  if not found then
    return false;
  end if;
  if done then
    insert into public.wallet_entry (id, organisation_id, payment_id, amount, reference, made)
    values (gen_random_uuid(), one.organisation_id, one.payment_id, -one.amount, one.id::text, access.now());
    update public.wallet_payment p set held = p.held - one.amount where p.id = one.payment_id;
  end if;
  return true;
end $$;
alter function wallet.refunded(uuid, text, boolean) owner to tillit_definer;

-- The books may forget these. The key of a payer of whom no payment is left goes with them.
create function wallet.forget(payments uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); people uuid[]; gone bigint;
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  people := array(select distinct p.person_id from public.wallet_payment p
                  where p.id = any (payments) and p.organisation_id = own);
  delete from public.wallet_payment p where p.id = any (payments) and p.organisation_id = own;
  get diagnostics gone = row_count;
  people := array(select n from unnest(people) n
                  where not exists (select from public.wallet_payment p where p.person_id = n));
  if cardinality(people) > 0 then
    perform keys.shred(own, people, 'accounting');
  end if;
  return gone;
end $$;
alter function wallet.forget(uuid[]) owner to tillit_definer;

-- At the end of each transaction that moved money, every balance equals its entries.
create function wallet.adds_up() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare which uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  if exists (select from public.wallet_payment p where p.id = which and p.held <> coalesce(
       (select sum(e.amount) from public.wallet_entry e where e.payment_id = p.id), 0)) then
    raise exception 'a balance is not what its entries add up to' using errcode = '23514';
  end if;
  return null;
end $$;
create constraint trigger adds_up after insert or update of held on public.wallet_payment
  deferrable initially deferred for each row execute function wallet.adds_up('id');
create constraint trigger adds_up after insert or update on public.wallet_entry
  deferrable initially deferred for each row execute function wallet.adds_up('payment_id');
revoke execute on function wallet.adds_up() from public;
alter function wallet.adds_up() owner to tillit_definer;

revoke execute on function
  wallet.open_payment(access.actor, uuid, uuid, bytea, text, uuid, bigint, text, text, timestamptz),
  wallet.only_payments(), wallet.free_of(uuid)
from public;
grant execute on function
  wallet.open_payment(access.actor, uuid, uuid, bytea, text, uuid, bigint, text, text, timestamptz),
  wallet.only_payments(), wallet.free_of(uuid)
to tillit_definer;
