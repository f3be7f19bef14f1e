-- Which instance takes a month out of the ledger, and until when nobody else does. It says so again and again while it is at it, in
-- statements of their own: a month of millions of calls is written for longer than a transaction may be idle.
ALTER TABLE ledger_archive
    ADD COLUMN claimed_by    uuid,        -- of the step that is being taken
    ADD COLUMN claimed_until timestamptz;
