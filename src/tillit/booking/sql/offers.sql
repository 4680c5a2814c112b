-- The revision of a meeting type counts what its free hours are worked out from: the type itself, its hosts, their
-- schedules. A program may remember these as long as the number stands; booking.take refuses those of another one.
create function booking.offer_changed() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.revision := old.revision + 1;
  return new;
end $$;

create function booking.offered_by_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare hosts uuid[]; types uuid[];
begin
  case tg_table_name
    when 'booking_typehost' then
      types := array[case when tg_op <> 'INSERT' then old.meeting_type_id end,
                     case when tg_op <> 'DELETE' then new.meeting_type_id end];
    when 'booking_schedule' then
      hosts := array[case when tg_op <> 'INSERT' then old.host_id end, case when tg_op <> 'DELETE' then new.host_id end];
    else
      hosts := array[new.id];
  end case;
  update public.booking_meetingtype t set revision = t.revision + 1
  where t.id = any(types) or t.id in (select h.meeting_type_id from public.booking_typehost h where h.host_id = any(hosts));
  return null;
end $$;

create trigger offer_changed before update on public.booking_meetingtype
for each row execute function booking.offer_changed();
create trigger offered_by_changed after insert or update or delete on public.booking_typehost
for each row execute function booking.offered_by_changed();
create trigger offered_by_changed after insert or update or delete on public.booking_schedule
for each row execute function booking.offered_by_changed();
create trigger offered_by_changed after update on public.booking_host
for each row execute function booking.offered_by_changed();

revoke execute on function booking.offer_changed(), booking.offered_by_changed() from public;
alter function booking.offered_by_changed() owner to tillit_definer;
