-- Where requests came from, beside the audit entries and not in them, so that it can go with the person while the chain stays whole.
-- What an entry keeps in its column address, and what is chained, is the SHA-256 of salt and address in hex; without the salt, which goes
-- with the address, nobody can tell it. Entries from before this version keep the address itself.

CREATE TABLE audit_address (
    chain   smallint NOT NULL,
    seq     bigint   NOT NULL,
    person  uuid,
    salt    bytea    NOT NULL CHECK (length(salt) = 16),
    address text     NOT NULL,
    PRIMARY KEY (chain, seq)
);

CREATE INDEX audit_address_person ON audit_address (person);

GRANT SELECT, INSERT, DELETE ON audit_address TO ${appRole};
