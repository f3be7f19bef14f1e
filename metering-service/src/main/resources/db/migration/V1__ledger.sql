-- The usage ledger: one row per settled call or correction, never changed. The event id is the idempotency key; it is a UUIDv7,
-- so the months are ranges of it and the primary key stays unique over all of them.

CREATE TABLE ledger (
    event_id                 uuid PRIMARY KEY,
    kind                     text    NOT NULL CHECK (kind IN ('settled', 'adjusted')),
    call_id                  uuid    NOT NULL,
    user_id                  uuid    NOT NULL,
    api_key_id               uuid,
    key_type                 text CHECK (key_type IN ('dev', 'prod')),
    agent_id                 uuid,
    conversation_id          text,
    provider                 text    NOT NULL,
    request_model            text,
    model                    text    NOT NULL,
    operation                text CHECK (operation IN ('chat', 'messages', 'responses', 'embeddings')),
    streamed                 boolean,
    credential               text    NOT NULL CHECK (credential IN ('user', 'system', 'none')),
    status                   text CHECK (status IN ('completed', 'failed', 'client_disconnected', 'interrupted', 'abandoned')),
    usage_source             text CHECK (usage_source IN ('provider', 'estimated', 'none')),
    input_tokens             bigint CHECK (input_tokens >= 0),
    cache_read_input_tokens  bigint CHECK (cache_read_input_tokens >= 0),
    cache_write_input_tokens bigint CHECK (cache_write_input_tokens >= 0),
    output_tokens            bigint CHECK (output_tokens >= 0),
    reasoning_output_tokens  bigint CHECK (reasoning_output_tokens >= 0),
    cost_nanos               bigint, -- nano-USD; of an adjustment what it adds, may be negative
    price_version            text,
    started_at               timestamptz,
    finished_at              timestamptz,
    period                   date    NOT NULL CHECK (extract(day FROM period) = 1),
    day                      date    NOT NULL,
    utc_day                  date    NOT NULL, -- of the call's opening; billing cycles are in UTC whatever the budget's zone
    time_to_first_byte_millis bigint,
    attempts                 integer,
    http_status              integer,
    job                      uuid,
    reason                   text,
    source                   text    NOT NULL,
    seq                      bigint,
    recorded_at              timestamptz NOT NULL,
    CHECK (kind = 'adjusted' OR (status IS NOT NULL AND operation IS NOT NULL AND streamed IS NOT NULL
        AND usage_source IS NOT NULL AND started_at IS NOT NULL AND finished_at IS NOT NULL AND attempts IS NOT NULL)),
    CHECK (kind = 'settled' OR (job IS NOT NULL AND reason IS NOT NULL AND cost_nanos IS NOT NULL))
) PARTITION BY RANGE (event_id);

CREATE INDEX ledger_user ON ledger (user_id, event_id DESC);

-- The smallest UUID whose time bits are those of the instant.
CREATE FUNCTION uuid_at(instant timestamptz) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (lpad(to_hex((extract(epoch FROM instant) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- Adds the partition of a month (UTC) unless it is there. Runs with the owner's rights, so that the run-time role needs none to
-- create tables. Attaching takes a weaker lock than creating a partition in place: readers and writers go on.
CREATE FUNCTION ensure_ledger_partition(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
    past  timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    name  text := 'ledger_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ledger partition'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE ledger INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE ledger ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, uuid_at(first), uuid_at(past));
END
$$;

-- What the ledger sums up to, per day of the budget's zone and every dimension that is asked for. A projection: rebuilt from the
-- ledger it is the same.
CREATE TABLE usage_daily (
    user_id                 uuid   NOT NULL,
    period                  date   NOT NULL,
    day                     date   NOT NULL,
    utc_day                 date   NOT NULL,
    provider                text   NOT NULL,
    model                   text   NOT NULL,
    credential              text   NOT NULL,
    api_key_id              uuid,
    agent_id                uuid,
    request_count           bigint NOT NULL CHECK (request_count >= 0), -- all but failed
    failed_requests         bigint NOT NULL CHECK (failed_requests >= 0),
    unpriced_requests       bigint NOT NULL CHECK (unpriced_requests >= 0),
    estimated_requests      bigint NOT NULL CHECK (estimated_requests >= 0),
    input_tokens            bigint NOT NULL CHECK (input_tokens >= 0),
    cache_read_input_tokens bigint NOT NULL CHECK (cache_read_input_tokens >= 0),
    output_tokens           bigint NOT NULL CHECK (output_tokens >= 0),
    cost_nanos              bigint NOT NULL,
    last_used_at            timestamptz
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX usage_daily_key ON usage_daily
    (user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id) NULLS NOT DISTINCT;
CREATE INDEX usage_daily_period ON usage_daily (period);

-- What was heard from each source. gaps = greatest(seq_seen, closed_seq) - seq_count, for numbers start at 1 and have no gap.
CREATE TABLE usage_source (
    source     text PRIMARY KEY,
    seq_seen   bigint NOT NULL DEFAULT 0,
    seq_count  bigint NOT NULL DEFAULT 0,
    closed_seq bigint,
    closed_at  timestamptz,
    heard_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- An event id that came again with other content. The first one stands.
CREATE TABLE conflicting_duplicate (
    event_id      uuid        NOT NULL,
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    period        date        NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, partition, record_offset)
);

GRANT USAGE ON SCHEMA public TO ${appRole};
GRANT SELECT, INSERT ON ledger, conflicting_duplicate TO ${appRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON usage_daily TO ${appRole};
GRANT SELECT, INSERT, UPDATE ON usage_source TO ${appRole};
REVOKE EXECUTE ON FUNCTION ensure_ledger_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_ledger_partition(date) TO ${appRole};
