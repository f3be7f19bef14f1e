-- What was before and after a change, beside the audit entries as addresses are: an entry chains a salted hash of it. Values that
-- may be personal ('p:') go with the person; others ('c:') stay. What other services tell of carries their id, once, and their time.

CREATE TABLE audit_change (
    chain     smallint NOT NULL,
    seq       bigint   NOT NULL,
    person    uuid, -- with whom it goes; null for a change that stays
    salt      bytea    NOT NULL CHECK (length(salt) = 16),
    old_value text,
    new_value text,
    PRIMARY KEY (chain, seq)
);

CREATE INDEX audit_change_person ON audit_change (person);

ALTER TABLE audit_entry ADD COLUMN change_hash text,
    ADD COLUMN event_id uuid,
    ADD COLUMN occurred_at timestamptz,
    ADD COLUMN subject text;

CREATE UNIQUE INDEX audit_entry_event ON audit_entry (event_id) WHERE event_id IS NOT NULL;

GRANT SELECT, INSERT, DELETE ON audit_change TO ${appRole};
