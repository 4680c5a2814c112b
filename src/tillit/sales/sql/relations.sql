-- Whose invoices the actor of the ticket sees and writes. Asked once for a whole query.
create schema sales;
set local check_function_bodies = off;
grant usage on schema sales to tillit_app, tillit_definer;
grant create on schema sales to tillit_definer;

-- Whose it is: the seller's own, or the administrators' where the organisation sells.
create function sales.sells(seller uuid) returns boolean
language sql stable as $$
  select case when seller is null then access.roles() && array['administrator'] else seller = access.person() end;
$$;

-- Drafts of which the acting person is asked something: whether they want the reduction of tax.
create function sales.asked_of_me() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(r.invoice_id), '{}') from public.sales_reduction r
  where r.buyer_id = access.person() and r.organisation_id = access.organisation();
$$;
alter function sales.asked_of_me() owner to tillit_definer;

create function sales.my_drafts() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(i.id), '{}') from public.sales_invoice i
  where i.organisation_id = access.organisation() and i.state = 'draft' and sales.sells(i.seller_id)
    and i.series in (access.person(), access.organisation());
$$;
alter function sales.my_drafts() owner to tillit_definer;

-- Invoices that the acting person may see: sold, or bought and posted, or asked about.
create function sales.mine() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(i.id), '{}') from public.sales_invoice i
  where i.organisation_id = access.organisation()
    and ((i.series in (access.person(), access.organisation()) and sales.sells(i.seller_id))
         or (i.buyer_id = access.person() and i.state = 'posted') or i.id = any (sales.asked_of_me()));
$$;
alter function sales.mine() owner to tillit_definer;

revoke execute on function sales.sells(uuid) from public;
grant execute on function sales.sells(uuid) to tillit_definer;
