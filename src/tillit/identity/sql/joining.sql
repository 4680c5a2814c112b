-- Joining a marketplace by oneself: an invitation that nobody had to write. Whoever opens its link proves the address,
-- is asked what everybody is asked who joins, and is one person per account, as with every invitation.
set local check_function_bodies = off;

-- A signed order, so that only the program writes one, for the acting account's own address or to be mailed. False
-- where the organisation is not open to join.
create function identity.ask_to_join(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare wish jsonb := body::jsonb; place public.identity_organisation; offers boolean := wish ->> 'as' = 'offer';
begin
  if not kernel.signed('joining', body, mac) then
    raise exception 'an order that this installation did not sign' using errcode = '28000';
  end if;
  select o.* into place from public.identity_organisation o
  where o.id = access.organisation() and o.id = (wish ->> 'organisation')::uuid and o.published and o.open_to_join
    and 'directory' = any (o.modules::text[]);
  if place.id is null then
    return false;
  elsif access.account() is not null and not exists (
    select from public.identity_account a where a.id = access.account() and a.email_index = wish ->> 'index') then
    raise exception 'not the address of the acting account' using errcode = '42501';
  end if;
  insert into public.identity_invitation
    (id, organisation_id, account_index, email_sealed, name, roles, language, token_hash, expires, made)
  values ((wish ->> 'id')::uuid, place.id, wish ->> 'index', decode(wish ->> 'email', 'hex'),
          decode(wish ->> 'name', 'hex'),
          case when not offers then '{}' when 'booking' = any (place.modules::text[]) then array['provider', 'host']
               else array['provider'] end,
          wish ->> 'language', wish ->> 'hash', (wish ->> 'expires')::timestamptz, access.now());
  return true;
end $$;
alter function identity.ask_to_join(text, text) owner to tillit_definer;
