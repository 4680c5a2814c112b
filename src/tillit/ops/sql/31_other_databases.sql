-- Embedded server only (it is ours alone): the roles have no business in the server's own databases.
revoke all on database postgres from public;
revoke all on database template1 from public;
