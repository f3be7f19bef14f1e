-- What the ledger's rows sum up to, as far as they were counted for the audit: up to a batch. The ledger is never changed, so what was
-- counted needs no second look; a full pass looks again when an administrator asks for it.

CREATE TABLE ledger_verified (LIKE usage_daily INCLUDING DEFAULTS) WITH (fillfactor = 80);
CREATE UNIQUE INDEX ledger_verified_key ON ledger_verified
    (user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id) NULLS NOT DISTINCT;
CREATE INDEX ledger_verified_period ON ledger_verified (period);

CREATE TABLE ledger_checkpoint (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one), -- there is one row
    batch      bigint  NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO ledger_checkpoint (batch) VALUES (-1);

-- A full pass over a month, user by user.
CREATE TABLE audit_pass (
    id           uuid PRIMARY KEY,
    period       date        NOT NULL,
    state        text        NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
    total        bigint      NOT NULL,           -- users
    examined     bigint      NOT NULL DEFAULT 0, -- users
    differences  bigint      NOT NULL DEFAULT 0, -- rows in which ledger and aggregates disagree
    reached      uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    requested_by uuid        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz
);
CREATE UNIQUE INDEX audit_pass_open ON audit_pass (period) WHERE state = 'running';

GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_verified TO ${appRole};
GRANT SELECT, UPDATE ON ledger_checkpoint TO ${appRole};
GRANT SELECT, INSERT, UPDATE ON audit_pass TO ${appRole};
