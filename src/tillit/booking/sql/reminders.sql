-- What has not begun, for whoever sets reminders anew.
create function booking.upcoming() returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.office() <> 'reaction' then
    raise exception 'only a reaction asks' using errcode = '42501';
  end if;
  return array(
    select b.id from public.booking_booking b join public.booking_meeting m on m.id = b.meeting_id
    where b.organisation_id = access.organisation() and b.state = 'confirmed' and lower(m.span) > access.now());
end $$;
alter function booking.upcoming() owner to tillit_definer;
