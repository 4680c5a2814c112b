-- Who acts: the database's side of the ticket (kernel/ticket.py). Every function raises on a missing,
-- forged or expired ticket; none of them ever answers "nobody" by mistake.
create schema access;
grant create on schema access to tillit_definer;
grant usage on schema access to tillit_app, tillit_definer;

create table access.secret (
  id boolean primary key default true check (id),
  inner_pad bytea not null check (length(inner_pad) = 64),
  outer_pad bytea not null check (length(outer_pad) = 64)
);
grant select on access.secret to tillit_definer;
-- also the touchstone by which the application sees that row security holds for its role (kernel/db/base.py)
alter table access.secret enable row level security;
create policy definer on access.secret for select to tillit_definer using (true);

create function access.claims() returns text[]
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare
  ticket text := current_setting('tillit.ticket', true);
  body text := split_part(ticket, '~', 1);
  signature text := substr(ticket, length(body) + 2);
  claims text[];
  expected bytea;
begin
  if ticket is null or ticket = '' then
    raise exception 'no ticket' using errcode = '28000',
      hint = 'Nothing is read or written without saying who acts (tillit.kernel.ticket).';
  end if;
  select sha256(outer_pad || sha256(inner_pad || convert_to(body, 'UTF8'))) into expected from access.secret;
  -- compared through another hash, so that time tells nothing
  if expected is null
     or sha256(convert_to(signature, 'UTF8')) <> sha256(convert_to(encode(expected, 'hex'), 'UTF8'))
  then
    raise exception 'forged ticket' using errcode = '28000';
  end if;
  claims := string_to_array(body, ':', '-');
  if claims[1] is distinct from '1' or cardinality(claims) <> 8 then
    raise exception 'unknown kind of ticket' using errcode = '28000';
  end if;
  if (claims[8]::bigint >= date_part('epoch', clock_timestamp())) is not true then
    raise exception 'expired ticket' using errcode = '28000';
  end if;
  return claims;
end $$;
alter function access.claims() owner to tillit_definer;

create function access.account() returns uuid language sql stable parallel safe
return (access.claims())[2]::uuid;
create function access.person() returns uuid language sql stable parallel safe
return (access.claims())[3]::uuid;
create function access.organisation() returns uuid language sql stable parallel safe
return (access.claims())[4]::uuid;
create function access.office() returns text language sql stable parallel safe
return (access.claims())[5];
create function access.subject() returns text language sql stable parallel safe
return (access.claims())[6];
-- the subject where it is an id; null where it is another kind of word
create function access.subject_id() returns uuid language sql stable parallel safe
return case when access.subject() ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then access.subject()::uuid end;
-- the subject of one office, null in every other: policies ask both in one question
create function access.subject_as(wanted text) returns text language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp as $$
declare claims text[] := access.claims();
begin
  return case when claims[5] = wanted then claims[6] end;
end $$;
create function access.subject_id_as(wanted text) returns uuid language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp as $$
declare claims text[] := access.claims();
begin
  return case when claims[5] = wanted and claims[6] ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
              then claims[6]::uuid end;
end $$;
-- the application's clock, as the ticket states it
create function access.now() returns timestamptz language sql stable parallel safe
return to_timestamp((access.claims())[7]::bigint / 1000.0);

-- All of it at once, for functions that ask several times: the signature is then verified once.
-- (A search path of its own: under those of its callers it would be planned anew for each.)
create type access.actor as (
  account uuid, person uuid, organisation uuid, office text, subject text, moment timestamptz);
create function access.actor() returns access.actor
language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $$
declare claims text[] := access.claims();
begin
  return (claims[2]::uuid, claims[3]::uuid, claims[4]::uuid, claims[5], claims[6],
          to_timestamp(claims[7]::bigint / 1000.0))::access.actor;
end $$;
