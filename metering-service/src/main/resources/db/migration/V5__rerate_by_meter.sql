-- Re-rating by meter: the whole price rows are kept with the job; a dry run adds up and changes nothing; a job that fails says why and
-- stands in nobody's way.

ALTER TABLE rerate_job
    ADD COLUMN prices   jsonb,
    ADD COLUMN dry_run  boolean     NOT NULL DEFAULT false,
    ADD COLUMN total    bigint      NOT NULL DEFAULT 0, -- calls to look at, as far as the aggregates knew when it began
    ADD COLUMN skipped  bigint      NOT NULL DEFAULT 0, -- calls that other models took part in
    ADD COLUMN arrived  bigint      NOT NULL DEFAULT 0, -- corrections that the ledger has
    ADD COLUMN moved_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN failure  text,
    ALTER COLUMN input_nanos DROP NOT NULL,
    ALTER COLUMN output_nanos DROP NOT NULL,
    ALTER COLUMN cache_read_nanos DROP NOT NULL,
    ALTER COLUMN cache_write_nanos DROP NOT NULL,
    DROP CONSTRAINT rerate_job_state_check,
    ADD CONSTRAINT rerate_job_state_check CHECK (state IN ('running', 'applying', 'done', 'failed'));

UPDATE rerate_job SET prices = jsonb_build_array(jsonb_build_object('provider', provider, 'model', model,
    'effectiveFrom', '1970-01-01T00:00:00Z', 'cells', jsonb_build_array(
        jsonb_build_object('meter', 'input', 'priceNanos', input_nanos),
        jsonb_build_object('meter', 'output', 'priceNanos', output_nanos),
        jsonb_build_object('meter', 'cache_read', 'priceNanos', cache_read_nanos),
        jsonb_build_object('meter', 'cache_write_5m', 'priceNanos', cache_write_nanos))));

DROP INDEX rerate_job_open;
CREATE UNIQUE INDEX rerate_job_open ON rerate_job (period, provider, model, dry_run) WHERE state IN ('running', 'applying');
CREATE INDEX ledger_job ON ledger (job) WHERE job IS NOT NULL;

CREATE INDEX ledger_corrections ON ledger (recorded_at) WHERE kind = 'adjusted';

-- What a job comes to for each user.
CREATE TABLE rerate_user (
    job         uuid   NOT NULL REFERENCES rerate_job (id) ON DELETE CASCADE,
    user_id     uuid   NOT NULL,
    calls       bigint NOT NULL,
    delta_nanos bigint NOT NULL,
    PRIMARY KEY (job, user_id)
);

GRANT SELECT, INSERT, UPDATE ON rerate_user TO ${appRole};
