-- Re-rating of a month's calls of a model under the price in force. The price is kept with the job, so that a job that is taken up
-- again computes what it computed before.

CREATE TABLE rerate_job (
    id                uuid PRIMARY KEY,
    period            date        NOT NULL,
    provider          text        NOT NULL,
    model             text        NOT NULL,
    reason            text        NOT NULL,
    price_version     text        NOT NULL,
    input_nanos       bigint      NOT NULL CHECK (input_nanos >= 0), -- nano-USD per million tokens, as the other three
    output_nanos      bigint      NOT NULL CHECK (output_nanos >= 0),
    cache_read_nanos  bigint      NOT NULL CHECK (cache_read_nanos >= 0),
    cache_write_nanos bigint      NOT NULL CHECK (cache_write_nanos >= 0),
    requested_by      uuid        NOT NULL,
    state             text        NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'applying', 'done')),
    reached           uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000', -- the last call looked at
    examined          bigint      NOT NULL DEFAULT 0,
    adjusted          bigint      NOT NULL DEFAULT 0,
    delta_nanos       bigint      NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL DEFAULT now(),
    finished_at       timestamptz
);

-- One at a time per month and model: a second one would not see what the first has decided but the ledger not yet taken in.
CREATE UNIQUE INDEX rerate_job_open ON rerate_job (period, provider, model) WHERE state <> 'done';

GRANT SELECT, INSERT, UPDATE ON rerate_job TO ${appRole};
