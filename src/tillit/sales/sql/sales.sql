-- Invoices: drafts are their seller's; posting gives the next number of the series and closes the document for good.
set local check_function_bodies = off;

-- Half away from zero, for whole numbers of either sign.
create function sales.divided(part numeric, whole numeric) returns bigint
language sql immutable strict as $$ select (sign(part) * div(2 * abs(part) + whole, 2 * whole))::bigint $$;

-- A line says what its quantity, price and rate come to. It comes and goes only while its invoice is a draft: the row is
-- locked, so that nothing slips in beside a posting.
create function sales.line_of_draft() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  one public.sales_invoice; listed bigint;
  wanted uuid := case when tg_op = 'DELETE' then old.invoice_id else new.invoice_id end;
begin
  select i.* into one from public.sales_invoice i where i.id = wanted for share;
  if tg_op = 'DELETE' then
    if one.state = 'posted' and access.office() is distinct from 'sweeper' then
      raise exception 'a posted document does not change' using errcode = '23514';
    end if;
    return old;
  end if;
  if tg_op = 'INSERT' and (one.id is null or new.organisation_id is distinct from access.organisation()) then
    return new;  -- row security refuses it, and tells nothing of another's invoice
  end if;
  if tg_op = 'UPDATE' or one.state is distinct from 'draft' then
    raise exception 'a posted document does not change' using errcode = '23514';
  end if;
  listed := sales.divided(new.quantity::numeric * new.price, 1000);
  if one.includes_vat then
    if new.gross <> listed or new.vat <> sales.divided(listed::numeric * new.rate, 10000 + new.rate) then
      raise exception 'a line is not what it comes to' using errcode = '23514';
    end if;
  elsif new.net <> listed or new.vat <> sales.divided(listed::numeric * new.rate, 10000) then
    raise exception 'a line is not what it comes to' using errcode = '23514';
  end if;
  if new.buyer_id <> one.buyer_id or new.organisation_id <> one.organisation_id then
    raise exception 'a line is of its invoice' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger line_of_draft before insert or update or delete on public.sales_line
  for each row execute function sales.line_of_draft();
revoke execute on function sales.line_of_draft() from public;
alter function sales.line_of_draft() owner to tillit_definer;

-- Nobody changes or removes what is posted, whoever they are: only the sweeper, when the law lets the books forget.
create function sales.posted_stays() returns trigger
language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' then
    raise exception 'a posted document does not change' using errcode = '23514';
  elsif old.state <> 'posted' then
    return case when tg_op = 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    if access.office() is distinct from 'sweeper'
       or access.now() < make_timestamptz(extract(year from old.issued)::int + 8, 1, 1, 0, 0, 0, 'UTC') then
      raise exception 'a posted document is not removed' using errcode = '23514';
    end if;
    return old;
  elsif to_jsonb(new) - 'reminded' <> to_jsonb(old) - 'reminded' then
    raise exception 'a posted document does not change' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger posted_stays before update or delete on public.sales_invoice
  for each row execute function sales.posted_stays();
create trigger posted_not_emptied before truncate on public.sales_invoice
  for each statement execute function sales.posted_stays();
create trigger lines_not_emptied before truncate on public.sales_line
  for each statement execute function sales.posted_stays();

create function sales.received_stays() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' and access.office() is not distinct from 'sweeper' then
    return old;
  end if;
  raise exception 'what was received does not change' using errcode = '23514';
end $$;
create trigger received_stays before update or delete on public.sales_received
  for each row execute function sales.received_stays();

-- Whose number an invoice takes is whose invoice it is, and its buyer belongs here.
create function sales.of_its_series() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if sales.sells(new.seller_id) is not true then
    return new;  -- row security refuses it
  end if;
  if new.series is distinct from coalesce(new.seller_id, new.organisation_id) or not exists (
    select from public.identity_person p where p.id = new.buyer_id and p.organisation_id = new.organisation_id) then
    raise exception 'an invoice stands in the series of its seller, to somebody who is here' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger of_its_series before insert on public.sales_invoice
  for each row execute function sales.of_its_series();
revoke execute on function sales.of_its_series() from public;
alter function sales.of_its_series() owner to tillit_definer;

-- A draft is nothing of the books: half a year after it was begun it goes, unless it was posted or thrown away.
create function sales.draft_ends() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    if access.office() is distinct from 'sweeper' then
      perform kernel.cancel_ends('sales.draft', array[old.id]);
    end if;
  else
    perform kernel.put_ends(access.actor(), new.buyer_id, array[
      ('sales.draft', new.id, access.now() + interval '183 days', null, null, null, '')::kernel.due]);
  end if;
  return null;
end $$;
create trigger draft_ends after insert on public.sales_invoice
  for each row when (new.state = 'draft') execute function sales.draft_ends();
create trigger draft_gone after delete on public.sales_invoice
  for each row when (old.state = 'draft') execute function sales.draft_ends();
revoke execute on function sales.draft_ends() from public;
alter function sales.draft_ends() owner to tillit_definer;

-- Post a draft: the next number of its seller's series, consecutive because the series is locked until the end of the
-- transaction. Answers the number; raises where the sums are not those of the lines.
create function sales.post(wanted uuid, day date, payable date) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.sales_invoice; given bigint; sums record;
begin
  select i.* into one from public.sales_invoice i
  where i.id = wanted and i.organisation_id = who.organisation for update;
  if not found or sales.sells(one.seller_id) is not true then
    raise exception 'no such draft' using errcode = '42501';
  elsif one.state <> 'draft' then
    return null;
  end if;
  if one.job is null and one.seller_id is not null and moderation.paused() then
    raise exception 'a paused account writes to nobody' using errcode = '42501';
  end if;
  if abs(day - (who.moment at time zone 'UTC')::date) > 1 or payable not between day and day + 366 then
    raise exception 'an invoice is of the day on which it is posted' using errcode = '23514';
  end if;
  select count(*) as many, sum(l.net) as net, sum(l.vat) as vat, sum(l.gross) as gross,
    coalesce(sum(l.gross) filter (where l.kind = 'work' and l.work <> ''), 0) as work into sums
  from public.sales_line l where l.invoice_id = wanted;
  if sums.many = 0 or (one.net, one.vat, one.gross) is distinct from (sums.net::bigint, sums.vat::bigint, sums.gross::bigint)
  then
    raise exception 'an invoice is not what its lines add up to' using errcode = '23514';
  elsif one.kind = 'invoice' and (2 * one.reduction > sums.work or (one.reduction > 0 and not exists (
    select from public.sales_reduction r where r.invoice_id = wanted and r.state = 'given'))) then
    raise exception 'a reduction is at most half of the work, and asked for by the buyer' using errcode = '23514';
  end if;
  insert into public.sales_series (id, organisation_id, next) values (one.series, who.organisation, 10001)
  on conflict (id) do nothing;
  select s.next into given from public.sales_series s where s.id = one.series for update;
  update public.sales_series s set next = given + 1 where s.id = one.series;
  update public.sales_invoice i
  set state = 'posted', number = given, issued = day, due = payable, posted = who.moment where i.id = wanted;
  perform kernel.cancel_ends('sales.draft', array[wanted]);
  perform kernel.put_ends(who, one.buyer_id, array[('sales.books', wanted,
    make_timestamptz(extract(year from day)::int + 8, 1, 1, 0, 0, 0, 'UTC'), null, null, null, '')::kernel.due]);
  return given;
end $$;
alter function sales.post(uuid, date, date) owner to tillit_definer;

-- Take back the whole of a posted invoice: a draft of its credit note with every line turned round. The words come sealed
-- for their new rows. The caller posts it in the same transaction.
create function sales.draft_credit(wanted uuid, new_invoice uuid, said bytea, new_lines uuid[], texts bytea[])
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.sales_invoice;
begin
  select i.* into one from public.sales_invoice i
  where i.id = wanted and i.organisation_id = who.organisation for update;
  if not found or sales.sells(one.seller_id) is not true or one.state <> 'posted' or one.kind <> 'invoice'
     or exists (select from public.sales_invoice c where c.credits_id = wanted) then
    return false;
  end if;
  insert into public.sales_invoice
    (id, organisation_id, seller_id, buyer_id, kind, credits_id, series, number, job, currency, includes_vat, language,
     net, vat, gross, reduction, said, state, supplied, made)
  values (new_invoice, one.organisation_id, one.seller_id, one.buyer_id, 'credit', one.id, one.series, null, one.job,
          one.currency, one.includes_vat, one.language, -one.net, -one.vat, -one.gross, -one.reduction, draft_credit.said,
          'draft', one.supplied, who.moment);
  insert into public.sales_line
    (id, organisation_id, invoice_id, buyer_id, position, kind, work, text, quantity, unit, price, rate, net, vat, gross)
  select new_lines[l.n], l.organisation_id, new_invoice, l.buyer_id, l.position, l.kind, l.work, texts[l.n], -l.quantity,
    l.unit, l.price, l.rate, -l.net, -l.vat, -l.gross
  from (select x.*, row_number() over (order by x.position) as n from public.sales_line x where x.invoice_id = wanted) l;
  return true;
end $$;
alter function sales.draft_credit(uuid, uuid, bytea, uuid[], bytea[]) owner to tillit_definer;

-- Money came for a posted invoice: written by its seller, or by the program for a payment of the wallet (once).
create function sales.receive(wanted uuid, new_row uuid, sum bigint, on_day date, from_payment uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.sales_invoice; allowed boolean;
begin
  select i.* into one from public.sales_invoice i
  where i.id = wanted and i.organisation_id = who.organisation and i.state = 'posted' for share;
  allowed := found and (case when from_payment is null then sales.sells(one.seller_id) else who.office = 'reaction' end);
  if allowed is not true then
    return false;
  end if;
  insert into public.sales_received (id, organisation_id, invoice_id, buyer_id, amount, day, payment, made)
  values (new_row, one.organisation_id, one.id, one.buyer_id, sum, on_day, from_payment, who.moment)
  on conflict (payment) where payment is not null do nothing;
  return found;
end $$;
alter function sales.receive(uuid, uuid, bigint, date, uuid) owner to tillit_definer;

-- The seller has reminded the buyer.
create function sales.reminded(wanted uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.sales_invoice i set reminded = access.now()
  where i.id = wanted and i.organisation_id = access.organisation() and i.state = 'posted'
    and sales.sells(i.seller_id) and (i.reminded is null or i.reminded < access.now() - interval '1 day');
  return found;
end $$;
alter function sales.reminded(uuid) owner to tillit_definer;

-- The buyer begins to pay through the organisation's provider: what is left of the invoice. Null: nothing is.
create function sales.begin_payment(wanted uuid, new_payment uuid, payer bytea, provider text, until timestamptz)
returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor(); one public.sales_invoice; owed bigint; begun uuid;
begin
  select i.* into one from public.sales_invoice i
  where i.id = wanted and i.organisation_id = who.organisation and i.buyer_id = who.person and i.state = 'posted'
    and i.kind = 'invoice' for no key update;
  if not found or exists (select from public.sales_invoice c where c.credits_id = wanted) then
    return null;
  end if;
  select p.id into begun from public.wallet_payment p
  where p.object_id = wanted and p.object_kind = 'sales.invoice' and p.state = 'open';
  if found then
    return begun;
  end if;
  owed := one.gross - one.reduction - coalesce(
    (select sum(r.amount) from public.sales_received r where r.invoice_id = wanted), 0)::bigint;
  if owed <= 0 then
    return null;
  end if;
  perform wallet.open_payment(
    who, new_payment, one.buyer_id, payer, 'sales.invoice', wanted, owed, one.currency, provider, until);
  return new_payment;
end $$;
alter function sales.begin_payment(uuid, uuid, bytea, text, timestamptz) owner to tillit_definer;

-- Only the buyer says what is theirs to say, and only of a draft, which is not posted meanwhile; the personal number is
-- of the one who is asked.
create function sales.buyer_says() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.person() = old.buyer_id then
    perform from public.sales_invoice i where i.id = old.invoice_id and i.state = 'draft' for share;
    if not found then
      raise exception 'the invoice is written already' using errcode = '42501';
    end if;
  end if;
  if (new.remaining, new.given) is distinct from (old.remaining, old.given) and access.person() is distinct from old.buyer_id then
    raise exception 'the buyer says it' using errcode = '42501';
  elsif (new.approved, new.requested, new.decided) is distinct from (old.approved, old.requested, old.decided)
        and access.person() is distinct from old.seller_id then
    raise exception 'the seller says it' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger buyer_says before update on public.sales_reduction for each row execute function sales.buyer_says();
revoke execute on function sales.buyer_says() from public;
alter function sales.buyer_says() owner to tillit_definer;

-- Its seller asks the buyer of a draft, and nobody else: whoever is asked sees the invoice.
create function sales.asked_about_draft() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.sales_invoice i where i.id = new.invoice_id and i.organisation_id = new.organisation_id
      and i.seller_id = new.seller_id and i.buyer_id = new.buyer_id and i.state = 'draft') then
    raise exception 'the seller of a draft asks its buyer' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger asked_about_draft before insert on public.sales_reduction
  for each row execute function sales.asked_about_draft();
revoke execute on function sales.asked_about_draft() from public;
alter function sales.asked_about_draft() owner to tillit_definer;

create function sales.number_of_buyer() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.sales_reduction r where r.id = new.reduction_id and r.buyer_id = new.buyer_id
                   and r.organisation_id = new.organisation_id and r.state in ('asked', 'given')) then
    raise exception 'nobody asked for it' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger number_of_buyer before insert or update on public.sales_personalnumber
  for each row execute function sales.number_of_buyer();
revoke execute on function sales.number_of_buyer() from public;
alter function sales.number_of_buyer() owner to tillit_definer;

-- The personal numbers for the seller's file: of invoices that are posted, paid in full and asked for by their buyers.
create function sales.numbers(invoices uuid[])
returns table (invoice uuid, buyer uuid, entry uuid, number bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.id, n.buyer_id, n.id, n.number
  from public.sales_invoice i
  join public.sales_reduction r on r.invoice_id = i.id and r.state in ('given', 'requested')
  join public.sales_personalnumber n on n.reduction_id = r.id
  where i.id = any (invoices) and i.organisation_id = (select access.organisation())
    and i.seller_id = (select access.person()) and i.state = 'posted' and i.reduction > 0
    and not exists (select from public.sales_invoice c where c.credits_id = i.id)
    and i.gross - i.reduction <= (select sum(p.amount) from public.sales_received p where p.invoice_id = i.id);
$$;
alter function sales.numbers(uuid[]) owner to tillit_definer;

-- The time of these is over. The numbers go; the books let documents go with their lines and what was received.
create function sales.forget(what text, gone uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); people uuid[]; many bigint;
begin
  if access.office() is distinct from 'sweeper' then
    raise exception 'only the sweeper forgets' using errcode = '42501';
  end if;
  if what = 'numbers' then
    delete from public.sales_personalnumber n using public.sales_reduction r
    where r.id = n.reduction_id and r.invoice_id = any (gone) and n.organisation_id = own;
    get diagnostics many = row_count;
    return many;
  elsif what = 'drafts' then
    delete from public.sales_invoice i where i.id = any (gone) and i.organisation_id = own and i.state = 'draft';
    get diagnostics many = row_count;
    return many;
  elsif what = 'subscriptions' then
    delete from public.sales_subscription s where s.id = any (gone) and s.organisation_id = own and s.state = 'over';
    get diagnostics many = row_count;
    return many;
  end if;
  people := array(select distinct i.buyer_id from public.sales_invoice i
                  where i.id = any (gone) and i.organisation_id = own);
  delete from public.sales_invoice i where i.id = any (gone) and i.organisation_id = own;
  get diagnostics many = row_count;
  people := array(select n from unnest(people) n
                  where not wallet.kept_elsewhere(n)
                    and not exists (select from public.wallet_payment p where p.person_id = n));
  if cardinality(people) > 0 then
    perform keys.shred(own, people, 'accounting');
  end if;
  return many;
end $$;
alter function sales.forget(text, uuid[]) owner to tillit_definer;

-- The wallet asks before it destroys a payer's key of the books: invoices are sealed with it too.
set local role tillit_definer;
create or replace function wallet.kept_elsewhere(payer uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.sales_invoice i where i.buyer_id = payer);
$$;
reset role;
