-- A trigger's function is nobody's to call.
set local role tillit_definer;
revoke execute on function messaging.left_empty() from public;
reset role;
