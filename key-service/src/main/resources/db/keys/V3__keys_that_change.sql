-- Keys carry tags, and each of their secrets can be told from the others and ended by itself.

ALTER TABLE api_key ADD COLUMN tags jsonb NOT NULL DEFAULT '{}';

ALTER TABLE api_key_secret ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN key_prefix text,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();

-- Of a secret that was replaced before this version nobody knows the prefix.
UPDATE api_key_secret secret SET key_prefix = key.key_prefix FROM api_key key
WHERE key.id = secret.key_id AND secret.dies_at IS NULL;

CREATE UNIQUE INDEX api_key_secret_id ON api_key_secret (id);

-- Hashes of revoked secrets that somebody outside could configure again: those of the bootstrap administrator.
CREATE TABLE spent_secret (
    hash     bytea PRIMARY KEY CHECK (length(hash) = 32),
    spent_at timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT ON spent_secret TO ${appRole};
