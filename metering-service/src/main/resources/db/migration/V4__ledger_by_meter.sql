-- What a call used and cost by meter, its tags, and a key that begins with the user, so that the ledger can be spread over machines by
-- user. The partitions stay months of the event id.

ALTER TABLE ledger
    ADD COLUMN tags                  jsonb,
    ADD COLUMN quantities            jsonb, -- meter -> count
    ADD COLUMN basis                 jsonb,
    ADD COLUMN charges               jsonb, -- of an adjustment what the call costs by meter from then on
    ADD COLUMN unpriced_meters       jsonb,
    ADD COLUMN repeated              boolean,
    -- What an adjustment adds to the numbers of unpriced and of partly priced calls. Decided when it comes, from what the ledger has
    -- of the call, and kept, so that the aggregates stay sums over rows.
    ADD COLUMN unpriced_change       smallint,
    ADD COLUMN partly_priced_change  smallint,
    -- Which batch brought the row: rows up to one that was verified need no second look.
    ADD COLUMN batch                 bigint NOT NULL DEFAULT 0;

ALTER TABLE ledger DROP CONSTRAINT ledger_pkey;
ALTER TABLE ledger ADD PRIMARY KEY (user_id, event_id);
DROP INDEX ledger_user;
-- Both grow with the time a row is written at: an index of ranges costs next to nothing.
CREATE INDEX ledger_event ON ledger USING brin (event_id) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX ledger_batch ON ledger USING brin (batch) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX ledger_unpriced ON ledger (period)
    WHERE kind = 'settled' AND status <> 'failed' AND (cost_nanos IS NULL OR unpriced_meters IS NOT NULL);

CREATE SEQUENCE ledger_batch_number;

-- A row as the intake sends it; ledger_entry stays for instances of the version before.
CREATE TYPE ledger_line AS (
    event_id                 uuid,
    kind                     text,
    call_id                  uuid,
    user_id                  uuid,
    api_key_id               uuid,
    key_type                 text,
    agent_id                 uuid,
    conversation_id          text,
    provider                 text,
    request_model            text,
    model                    text,
    operation                text,
    streamed                 boolean,
    credential               text,
    status                   text,
    usage_source             text,
    input_tokens             bigint,
    cache_read_input_tokens  bigint,
    cache_write_input_tokens bigint,
    output_tokens            bigint,
    reasoning_output_tokens  bigint,
    cost_nanos               bigint,
    price_version            text,
    started_at               timestamptz,
    finished_at              timestamptz,
    period                   date,
    day                      date,
    utc_day                  date,
    time_to_first_byte_millis bigint,
    attempts                 integer,
    http_status              integer,
    job                      uuid,
    reason                   text,
    source                   text,
    seq                      bigint,
    recorded_at              timestamptz,
    tags                     jsonb,
    quantities               jsonb,
    basis                    jsonb,
    charges                  jsonb,
    unpriced_meters          jsonb,
    repeated                 boolean,
    unpriced_change          smallint,
    partly_priced_change     smallint
);

-- A correction takes a call away from the unpriced ones: a batch's share may be less than 0.
ALTER TABLE usage_daily DROP CONSTRAINT usage_daily_unpriced_requests_check;
ALTER TABLE usage_daily ADD COLUMN partly_priced_requests bigint NOT NULL DEFAULT 0;
DROP INDEX usage_daily_period;
CREATE INDEX usage_daily_users ON usage_daily (period, user_id);
CREATE INDEX usage_daily_keys ON usage_daily (period, api_key_id) WHERE api_key_id IS NOT NULL;
CREATE INDEX usage_daily_agents ON usage_daily (period, agent_id) WHERE agent_id IS NOT NULL;

-- Everybody's month by model, whatever the number of users. Sharded by who takes in, so that two consumers never wait for each other;
-- readers sum the shards up.
CREATE TABLE usage_total (
    period                  date     NOT NULL,
    provider                text     NOT NULL,
    model                   text     NOT NULL,
    keyless                 boolean  NOT NULL, -- calls without an API key
    agentless               boolean  NOT NULL,
    shard                   smallint NOT NULL,
    request_count           bigint   NOT NULL,
    failed_requests         bigint   NOT NULL,
    unpriced_requests       bigint   NOT NULL,
    partly_priced_requests  bigint   NOT NULL,
    estimated_requests      bigint   NOT NULL,
    input_tokens            bigint   NOT NULL,
    cache_read_input_tokens bigint   NOT NULL,
    output_tokens           bigint   NOT NULL,
    cost_nanos              bigint   NOT NULL,
    PRIMARY KEY (period, provider, model, keyless, agentless, shard)
) WITH (fillfactor = 50);

-- The same by tag. A call with several tags is in the sum of each.
CREATE TABLE usage_tag (
    period                  date     NOT NULL,
    name                    text     COLLATE "C" NOT NULL,
    value                   text     COLLATE "C" NOT NULL,
    shard                   smallint NOT NULL,
    request_count           bigint   NOT NULL,
    failed_requests         bigint   NOT NULL,
    unpriced_requests       bigint   NOT NULL,
    partly_priced_requests  bigint   NOT NULL,
    estimated_requests      bigint   NOT NULL,
    input_tokens            bigint   NOT NULL,
    cache_read_input_tokens bigint   NOT NULL,
    output_tokens           bigint   NOT NULL,
    cost_nanos              bigint   NOT NULL,
    PRIMARY KEY (period, name, value, shard)
) WITH (fillfactor = 50);

INSERT INTO usage_total
SELECT period, provider, model, api_key_id IS NULL, agent_id IS NULL, 0, sum(request_count), sum(failed_requests), sum(unpriced_requests), 0,
    sum(estimated_requests), sum(input_tokens), sum(cache_read_input_tokens), sum(output_tokens), sum(cost_nanos)
FROM usage_daily GROUP BY 1, 2, 3, 4, 5;

-- Calls are looked at in the order of the ledger's key.
ALTER TABLE rerate_job ADD COLUMN reached_user uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

GRANT USAGE, SELECT ON SEQUENCE ledger_batch_number TO ${appRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON usage_total, usage_tag TO ${appRole};
