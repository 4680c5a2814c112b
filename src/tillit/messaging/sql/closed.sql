-- A trigger's function is nobody's to call.
alter function messaging.left_empty() owner to current_user;
revoke execute on function messaging.left_empty() from public;
alter function messaging.left_empty() owner to tillit_definer;
