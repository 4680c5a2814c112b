-- Reviews are taken away, and put back, where a decision about them is carried out, and nowhere else.
set local check_function_bodies = off;

create or replace function hiring.remove_review(body text, mac text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wish jsonb := kernel.read_order('hiring_remove', body, mac);
  who access.actor := access.actor();
begin
  if (access.subject_id_as('moderation') = (wish ->> 'id')::uuid) is not true then
    raise exception 'only a decision of moderation takes a review away' using errcode = '42501';
  end if;
  update public.hiring_review r
  set removed = case when wish ->> 'reason' <> '' then who.moment end, removed_why = wish ->> 'reason'
  where r.id = (wish ->> 'id')::uuid and r.organisation_id = who.organisation and r.opens <= who.moment;
  return found;
end $$;
