-- A word that no listing has any more goes with the last one that had it.
create function directory.words_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.directory_word w
  where w.organisation_id = old.organisation_id and w.word = any (tsvector_to_array(old.words))
    and not exists (
      select from public.directory_listing l
      where l.words @@ to_tsquery('simple', quote_literal(w.word)) and l.organisation_id = old.organisation_id);
  return null;
end $$;
create trigger words_gone after delete or update of words on public.directory_listing
for each row execute function directory.words_gone();
revoke execute on function directory.words_gone() from public;
alter function directory.words_gone() owner to tillit_definer;
