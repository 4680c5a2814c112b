-- Somebody did not come. Either side says so of the other, by the same rules: from the time at which the meeting was to
-- begin until a week after it, and takes it back within a day. Nobody says it of themselves.
create function booking.note_no_show(booking_id uuid, undo boolean) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who text := booking.side(booking_id); moment timestamptz := access.now();
  one public.booking_booking; meets tstzrange; noted timestamptz;
begin
  select b.* into one from public.booking_booking b where b.id = booking_id for update;
  if who is null or one.state <> 'confirmed' then
    return 'gone';
  end if;
  if who = 'host' and not exists (
    select from public.booking_hosttime t
    where t.meeting_id = one.meeting_id and t.live and t.person_id = access.person()) then
    return 'gone';
  end if;
  select m.span into meets from public.booking_meeting m where m.id = one.meeting_id;
  noted := case who when 'host' then one.no_show else one.host_no_show end;
  if undo then
    if noted is null then
      return 'again';
    elsif noted < moment - interval '1 day' then
      return 'late';
    end if;
  elsif noted is not null then
    return 'again';
  elsif moment < lower(meets) then
    return 'early';
  elsif moment > upper(meets) + interval '7 days' then
    return 'late';
  end if;
  if who = 'host' then
    update public.booking_booking b set no_show = case when undo then null else moment end where b.id = booking_id;
  else
    update public.booking_booking b set host_no_show = case when undo then null else moment end where b.id = booking_id;
  end if;
  return 'ok';
end $$;
alter function booking.note_no_show(uuid, boolean) owner to tillit_definer;
