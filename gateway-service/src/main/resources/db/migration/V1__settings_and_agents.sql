CREATE TABLE settings (
    user_id         uuid PRIMARY KEY,
    preferred_model text CHECK (length(preferred_model) BETWEEN 1 AND 100),
    updated_at      timestamptz NOT NULL
);

CREATE TABLE agent (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL,
    name            text NOT NULL CHECK (name ~ '^[A-Za-z0-9._-]{1,64}$'),
    preferred_model text CHECK (length(preferred_model) BETWEEN 1 AND 100),
    created_at      timestamptz NOT NULL,
    UNIQUE (user_id, name)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON settings, agent TO ${appRole};
