-- A host can be booked as long as they hold a role here: with the last one they leave the public page at once, with
-- the next one they are back. What is booked stays as it was booked.
create function booking.host_left_or_came() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.booking_host h set here = not h.here
  where h.person_id = new.person_id and h.here is distinct from exists (
    select from public.identity_membership m where m.person_id = new.person_id and m.ended is null);
  return null;
end $$;
create trigger host_left_or_came after insert or update of ended on public.identity_membership
for each row execute function booking.host_left_or_came();
revoke execute on function booking.host_left_or_came() from public;
alter function booking.host_left_or_came() owner to tillit_definer;
