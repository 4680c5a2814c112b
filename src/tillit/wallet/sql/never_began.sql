-- A payment whose provider never heard of it (whoever asked died in between, and nobody tried again): over with its time.
create function wallet.never_began(payment_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform wallet.only_payments();
  update public.wallet_payment p set state = 'ended', settled = access.now()
  where p.id = payment_id and p.organisation_id = access.organisation() and p.state = 'open' and p.reference = ''
    and p.due <= access.now();
  return found;
end $$;
alter function wallet.never_began(uuid) owner to tillit_definer;

-- Does anything else keep this payer's key of the books? Whoever else seals with it replaces this function.
create function wallet.kept_elsewhere(payer uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select false $$;
revoke execute on function wallet.kept_elsewhere(uuid) from public;
alter function wallet.kept_elsewhere(uuid) owner to tillit_definer;

-- As before, but for those whose key of the books something else needs.
set local role tillit_definer;
create or replace function wallet.forget(payments uuid[]) returns bigint
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
                  where not exists (select from public.wallet_payment p where p.person_id = n)
                    and not wallet.kept_elsewhere(n));
  if cardinality(people) > 0 then
    perform keys.shred(own, people, 'accounting');
  end if;
  return gone;
end $$;
reset role;
