-- Guests: people who gave their name to book, ask or complain. They have no account and nobody has verified them.

-- Somebody new gives name, address and number. By any visitor; nothing is read back, and nobody else is looked at.
create function identity.meet_guest(
  new_id uuid, called bytea, address bytea, address_index text, number bytea, number_index text, speaks text,
  zone text, envelope bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation();
begin
  insert into public.identity_person
    (id, organisation_id, display_name, email, email_index, phone, phone_index, language, time_zone, verified, made)
  values (new_id, own, called, address, address_index, number, number_index, speaks, zone, false, access.now());
  perform keys.insert_key(own, new_id, 'erasable', 1, envelope);
end $$;
alter function identity.meet_guest(uuid, bytea, bytea, text, bytea, text, text, text, bytea) owner to tillit_definer;

-- A part: of these people the guests whom no open end keeps known are forgotten, `done` being the objects whose time
-- is over just now. Whatever keeps a guest known stands here by its kind of end. Returns how many.
create function identity.forget_guests(people uuid[], done uuid[]) returns integer
language plpgsql as $$
declare own uuid := access.organisation(); guests uuid[];
begin
  guests := array(
    select p.id from public.identity_person p
    where p.id = any(people) and p.organisation_id = own and p.account_id is null and not p.verified
      and not exists (select 1 from public.kernel_end e
                      where e.organisation_id = own and e.kind in ('booking.data', 'booking.polled', 'desk.thread', 'exchange.contact')
                        and e.state = 'open'
                        and e.subject_id = p.id and e.object_id <> all(done)));
  if cardinality(guests) = 0 then
    return 0;
  end if;
  update public.identity_person p
  set display_name = '', email = '', email_index = '', phone = '', phone_index = '', time_zone = ''
  where p.id = any(guests);
  perform keys.shred(own, guests, 'erasable');
  return cardinality(guests);
end $$;
revoke execute on function identity.forget_guests(uuid[], uuid[]) from public;
grant execute on function identity.forget_guests(uuid[], uuid[]) to tillit_definer;
