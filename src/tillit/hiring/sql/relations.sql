create schema hiring;
grant usage on schema hiring to tillit_app, tillit_definer;
grant create on schema hiring to tillit_definer;
