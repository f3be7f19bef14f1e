-- How many tokens a response and all it goes on from have: so much more goes into a call that goes on from it.
-- Null while nobody knows.
ALTER TABLE kept_response ADD COLUMN tokens bigint;

GRANT UPDATE ON kept_response TO ${appRole};
