set local check_function_bodies = off;

-- Listings with these words. Text operators are not leakproof, so under row security no index answers them: this
-- function asks, of what everybody may see anyhow. At most `most`.
create function directory.with_words(words tsquery, most int) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare who access.actor := access.actor();
begin
  return array(select l.id from public.directory_listing l
               where l.words @@ with_words.words and l.organisation_id = who.organisation
                 and not l.person_id = any ((select access.restricted())::uuid[]) limit most);
end $$;
alter function directory.with_words(tsquery, int) owner to tillit_definer;

-- Words of listings that are like a typed one, the likest first, for typing errors.
create function directory.like_word(typed text, most int) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare who access.actor := access.actor();
begin
  return array(select w.word from public.directory_word w
               where w.organisation_id = who.organisation and w.word % typed
                 and abs(length(w.word) - length(typed)) <= 3
               order by similarity(w.word, typed) desc, w.seen desc limit most);
end $$;
alter function directory.like_word(text, int) owner to tillit_definer;

-- For the programs that look after listings (office "listing"): ids, nothing else.
create function directory.listing_organisations() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'listing' then
    return '{}';
  end if;
  return array(select distinct l.organisation_id from public.directory_listing l);
end $$;
alter function directory.listing_organisations() owner to tillit_definer;

create function directory.alerting() returns table (organisation uuid, person uuid, search uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() is distinct from 'listing' then
    return;
  end if;
  return query select s.organisation_id, s.person_id, s.id from public.directory_saved s
  where s.alerts and not s.person_id = any (access.restricted());
end $$;
alter function directory.alerting() owner to tillit_definer;
