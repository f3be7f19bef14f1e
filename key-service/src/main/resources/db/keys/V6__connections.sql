-- A provider key may be the tokens of a connected account, sealed like a key and refreshed ahead of their end.

ALTER TABLE provider_key
    ADD COLUMN connection text CHECK (connection IN ('connected', 'connect_again')),
    ADD COLUMN token_expires_at timestamptz,
    ADD CHECK (token_expires_at IS NULL OR connection IS NOT NULL);

CREATE INDEX provider_key_token_end ON provider_key (token_expires_at) WHERE connection = 'connected';

-- Who is about to connect what; by the hash of what the provider hands back. Gone when used, and soon anyway.
CREATE TABLE connect_attempt (
    state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
    owner_id   uuid        NOT NULL,
    provider   text        NOT NULL,
    verifier   text        NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX connect_attempt_owner ON connect_attempt (owner_id);

GRANT SELECT, INSERT, DELETE ON connect_attempt TO ${appRole};
