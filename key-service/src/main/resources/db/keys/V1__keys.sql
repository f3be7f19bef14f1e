-- Users, the keys Tallygate hands out, provider keys, the vault and the audit log.
-- The owner migrates; ${appRole} serves, and may do no more than is granted here.

CREATE TABLE app_user (
    id           uuid PRIMARY KEY,
    email        text        NOT NULL,
    display_name text,
    role         text        NOT NULL CHECK (role IN ('member', 'admin')),
    issuer       text,
    subject      text,
    created_at   timestamptz NOT NULL,
    version      bigint      NOT NULL CHECK (version > 0),
    CHECK ((issuer IS NULL) = (subject IS NULL))
);

CREATE UNIQUE INDEX app_user_email ON app_user (lower(email));
CREATE UNIQUE INDEX app_user_subject ON app_user (issuer, subject);
CREATE INDEX app_user_listed ON app_user (created_at DESC, id DESC);

-- Who left: a JWT issued before that does not bring a person back. Only a hash, no person can be read from it.
CREATE TABLE departed_subject (
    subject_hash bytea PRIMARY KEY CHECK (length(subject_hash) = 32),
    departed_at  timestamptz NOT NULL
);

CREATE TABLE api_key (
    id             uuid PRIMARY KEY,
    user_id        uuid        NOT NULL REFERENCES app_user,
    name           text        NOT NULL,
    key_type       text        NOT NULL CHECK (key_type IN ('dev', 'prod')),
    key_prefix     text        NOT NULL,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz,
    last_used_at   timestamptz,
    revoked_at     timestamptz,
    allowed_models text[],
    version        bigint      NOT NULL CHECK (version > 0)
);

-- The name of a revoked key is free again.
CREATE UNIQUE INDEX api_key_name ON api_key (user_id, name) WHERE revoked_at IS NULL;
CREATE INDEX api_key_listed ON api_key (user_id, created_at DESC, id DESC);

-- SHA-256 of each secret that may still be presented. A rotated one dies at dies_at; a revoked key has none.
CREATE TABLE api_key_secret (
    hash    bytea PRIMARY KEY CHECK (length(hash) = 32),
    key_id  uuid NOT NULL REFERENCES api_key ON DELETE CASCADE,
    dies_at timestamptz
);

CREATE INDEX api_key_secret_key ON api_key_secret (key_id);

-- Key-check values: an HMAC of a constant, to notice a changed master key before anything is decrypted.
CREATE TABLE master_key (
    id          text PRIMARY KEY,
    check_value bytea       NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Owner 00000000-0000-0000-0000-000000000000 is the operator.
CREATE TABLE sealed_secret (
    id            uuid PRIMARY KEY,
    owner_id      uuid     NOT NULL,
    provider      text     NOT NULL,
    origin        text     NOT NULL,
    version       integer  NOT NULL CHECK (version > 0),
    algorithm     smallint NOT NULL,
    master_key_id text     NOT NULL,
    wrapped_key   bytea    NOT NULL,
    nonce         bytea    NOT NULL,
    ciphertext    bytea    NOT NULL,
    UNIQUE (owner_id, provider)
);

CREATE INDEX sealed_secret_master_key ON sealed_secret (master_key_id, id);

CREATE TABLE provider_key (
    id                uuid PRIMARY KEY REFERENCES sealed_secret ON DELETE CASCADE,
    owner_id          uuid        NOT NULL,
    provider          text        NOT NULL,
    masked_key        text        NOT NULL,
    is_valid          boolean,
    last_validated_at timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    version           bigint      NOT NULL CHECK (version > 0),
    UNIQUE (owner_id, provider)
);

-- Ids only. hash = HMAC-SHA256(audit key, previous hash || length-prefixed columns in this order up to service_address).
CREATE TABLE audit_entry (
    chain           smallint    NOT NULL,
    seq             bigint      NOT NULL CHECK (seq > 0),
    at              timestamptz NOT NULL,
    action          text        NOT NULL,
    outcome         text        NOT NULL,
    actor_user_id   uuid,
    actor_key_id    uuid,
    actor_service   text,
    user_id         uuid,
    key_id          uuid,
    provider        text,
    version         bigint,
    address         text,
    hash            bytea       NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (chain, seq)
);

CREATE INDEX audit_entry_listed ON audit_entry (at DESC, chain DESC, seq DESC);
CREATE INDEX audit_entry_user ON audit_entry (user_id, at DESC, chain DESC, seq DESC);

CREATE FUNCTION audit_entry_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entry_is_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_for_ever();

GRANT SELECT, INSERT, UPDATE, DELETE ON app_user, api_key, api_key_secret, sealed_secret, provider_key TO ${appRole};
GRANT SELECT, INSERT, UPDATE ON departed_subject TO ${appRole};
GRANT SELECT, INSERT ON master_key, audit_entry TO ${appRole};
