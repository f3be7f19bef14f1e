-- Whose an event is that was counted, so that these rows can be spread over machines by user. What an instance of the version before
-- counts has nobody known: all ones. The key stays the event's id, which both versions count by; deploy/citus/budget.sql puts the user
-- before it, where the rows are spread.
ALTER TABLE counted_event ADD COLUMN user_id uuid NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff';

-- As every other table of a user's: the user first. Nothing asks for a grant by its id alone.
ALTER TABLE credit_grant DROP CONSTRAINT credit_grant_pkey, ADD PRIMARY KEY (user_id, id);
