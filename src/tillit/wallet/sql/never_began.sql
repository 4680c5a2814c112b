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
