-- The hosts of a meeting may reach its guest: until a week after it is over, or until the booking leaves it. What the
-- guest wrote goes some days after the meeting, as the organisation has set (booking/tasks.py). A time that two agreed on
-- between themselves (no form's key) opens no contact, wherever it goes later.
create or replace function booking.admit(
  who access.actor, meeting_id uuid, meets tstzrange, booking uuid, guest uuid) returns void
language plpgsql as $$
declare hosts uuid[]; due kernel.due := booking.data_end(booking, meeting_id, upper(meets));
begin
  if exists (select from public.booking_booking b where b.id = admit.booking and b.request_key = b.id) then
    perform kernel.put_ends(who, guest, array[due]);
    return;
  end if;
  select array_agg(t.person_id) into hosts
  from public.booking_hosttime t where t.meeting_id = admit.meeting_id and t.live;
  perform access.open_grants(
    who, guest, hosts, 'contact', 'booked with', 'booking', booking,
    greatest(upper(meets), who.moment) + interval '7 days', array[due]);
end $$;
