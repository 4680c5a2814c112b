-- For the probe of a published promise: how many bookings of the acting organisation still hold what their guest wrote
-- although its days are over and no clock would end it. What is held back has a clock. A number, and nothing of whose.
create function booking.overstayed(standard integer) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := access.organisation(); days integer := kernel.setting('booking.keep_days', standard);
begin
  if access.office() is distinct from 'prober' then
    raise exception 'only a probe counts what has stayed too long' using errcode = '42501';
  end if;
  return (
    select count(*) from public.booking_booking b join public.booking_meeting m on m.id = b.meeting_id
    join public.booking_meetingtype t on t.id = m.meeting_type_id
    where b.organisation_id = own and (b.note <> '' or b.cancel_reason <> '' or b.answers <> '')
      and upper(m.span) < access.now() - coalesce(t.keep_days, days) * interval '24 hours' - interval '1 hour'
      and not exists (select from public.kernel_end e
                      where e.organisation_id = own and e.kind = 'booking.data' and e.object_id = b.id
                        and e.state = 'open' and e.due > access.now() - interval '1 hour'));
end $$;
alter function booking.overstayed(integer) owner to tillit_definer;
