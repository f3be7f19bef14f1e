-- What a batch adds to the aggregates, as the intake sends it: summed up before it gets here. Types of their own and not the tables', so
-- that a column added there does not stop instances of the version before.
CREATE TYPE usage_share AS (
    user_id                 uuid,
    period                  date,
    day                     date,
    utc_day                 date,
    provider                text,
    model                   text,
    credential              text,
    api_key_id              uuid,
    agent_id                uuid,
    request_count           bigint,
    failed_requests         bigint,
    unpriced_requests       bigint,
    partly_priced_requests  bigint,
    estimated_requests      bigint,
    input_tokens            bigint,
    cache_read_input_tokens bigint,
    output_tokens           bigint,
    cost_nanos              bigint,
    last_used_at            timestamptz
);

CREATE TYPE usage_tag_share AS (
    user_id                 uuid,
    period                  date,
    name                    text,
    value                   text,
    request_count           bigint,
    failed_requests         bigint,
    unpriced_requests       bigint,
    partly_priced_requests  bigint,
    estimated_requests      bigint,
    input_tokens            bigint,
    cache_read_input_tokens bigint,
    output_tokens           bigint,
    cost_nanos              bigint
);
