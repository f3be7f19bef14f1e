-- Events that a transaction has decided to publish and the broker has not yet acknowledged.
-- Repeatable, so that it runs after a service's own versions and every statement can run again.

CREATE TABLE IF NOT EXISTS outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text        NOT NULL,
    record_key text        NOT NULL,
    value      bytea, -- null is a tombstone
    created_at timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT, DELETE ON outbox TO ${appRole};
