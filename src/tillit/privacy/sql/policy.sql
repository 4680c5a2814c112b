-- Whether a version is accepted for the organisation: everybody may know that, and nobody by whom.
create function privacy.accepted_for_all(version uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.privacy_acceptance a
                 where a.notice_id = version and a.organisation_id = access.organisation());
$$;
alter function privacy.accepted_for_all(uuid) owner to tillit_definer;
