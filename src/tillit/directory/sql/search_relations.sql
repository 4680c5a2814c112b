set local check_function_bodies = off;

-- Whose an advertisement is, for somebody who may answer it: it is open, and its owner's data does not lie at rest.
create function directory.advert_of(advert uuid) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare who access.actor := access.actor();
begin
  if not access.roles() && array['provider'] then
    return null;
  end if;
  return (select a.person_id from public.directory_advert a
          where a.id = advert and a.organisation_id = who.organisation and a.state = 'open' and a.ends > who.moment
            and not a.person_id = any (access.restricted()));
end $$;
alter function directory.advert_of(uuid) owner to tillit_definer;

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
