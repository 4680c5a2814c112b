-- The register of processors is written here and nowhere else: by an administrator, through this program.
create schema if not exists privacy;
grant create on schema privacy to tillit_definer;
grant usage on schema privacy to tillit_app, tillit_definer;

-- One processor of the acting organisation as it stands from now on. The body is the program's, signed for whoever
-- acts (kernel.read_order), so that injected SQL under an administrator's ticket adds no host and no agreement.
create function privacy.write_processor(body text, mac text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('processor', body, mac);
  written uuid;
begin
  if not 'administrator' = any (access.roles()) then
    raise exception 'processors are registered by administrators' using errcode = '42501';
  end if;
  insert into public.privacy_processor as known (
    id, organisation_id, made, key, name, role, hosts, purposes, categories, region, safeguard, agreement, agreed,
    ends, words, stopped)
  select p.id, access.organisation(), access.now(), p.key, p.name, p.role, p.hosts, p.purposes, p.categories,
         p.region, p.safeguard, p.agreement, p.agreed, p.ends, p.words, p.stopped
  from jsonb_to_record(wish) as p (
    id uuid, key text, name text, role text, hosts text[], purposes text[], categories text[], region text,
    safeguard text, agreement text, agreed date, ends date, words jsonb, stopped timestamptz)
  on conflict (organisation_id, key) do update set
    name = excluded.name, role = excluded.role, hosts = excluded.hosts, purposes = excluded.purposes,
    categories = excluded.categories, region = excluded.region, safeguard = excluded.safeguard,
    agreement = excluded.agreement, agreed = excluded.agreed, ends = excluded.ends, words = excluded.words,
    stopped = excluded.stopped
  returning known.id into written;
  return written;
end $$;
alter function privacy.write_processor(text, text) owner to tillit_definer;
