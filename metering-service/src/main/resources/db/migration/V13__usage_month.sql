-- Each user's month by key and agent. Everybody's month by user, key or agent is read from it: a page costs as many rows as it has lines,
-- or a few times as many, whatever the number of users, days and models.
CREATE TABLE usage_month (
    user_id                 uuid     NOT NULL,
    period                  date     NOT NULL,
    api_key_id              uuid,
    agent_id                uuid,
    request_count           bigint   NOT NULL,
    failed_requests         bigint   NOT NULL,
    unpriced_requests       bigint   NOT NULL,
    partly_priced_requests  bigint   NOT NULL,
    estimated_requests      bigint   NOT NULL,
    input_tokens            bigint   NOT NULL,
    cache_read_input_tokens bigint   NOT NULL,
    output_tokens           bigint   NOT NULL,
    cost_nanos              bigint   NOT NULL
) WITH (fillfactor = 50);

-- Before anything is read of what it is filled from: what an instance of the version before has under way is waited for, and what it
-- begins from here on fails, for the types it sends its sums in are gone. It tries again until it is replaced, and loses nothing.
DROP TYPE usage_share, usage_tag_share;
LOCK TABLE usage_daily, usage_tag, usage_user_tag IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO usage_month
SELECT user_id, period, api_key_id, agent_id, sum(request_count), sum(failed_requests), sum(unpriced_requests), sum(partly_priced_requests),
    sum(estimated_requests), sum(input_tokens), sum(cache_read_input_tokens), sum(output_tokens), sum(cost_nanos)
FROM usage_daily GROUP BY 1, 2, 3, 4;

CREATE UNIQUE INDEX usage_month_key ON usage_month (period, user_id, api_key_id, agent_id) NULLS NOT DISTINCT;
CREATE INDEX usage_month_keys ON usage_month (period, api_key_id) WHERE api_key_id IS NOT NULL;
CREATE INDEX usage_month_agents ON usage_month (period, agent_id) WHERE agent_id IS NOT NULL;
-- Nobody asks the days for these any more.
DROP INDEX usage_daily_keys, usage_daily_agents;

-- A tag's sum over all its values stands under the empty one, which no gateway sends: a tag may have as many values as there are users.
INSERT INTO usage_tag
SELECT period, name, '', shard, sum(request_count), sum(failed_requests), sum(unpriced_requests), sum(partly_priced_requests),
    sum(estimated_requests), sum(input_tokens), sum(cache_read_input_tokens), sum(output_tokens), sum(cost_nanos)
FROM usage_tag GROUP BY period, name, shard
ON CONFLICT (period, name, value, shard) DO UPDATE SET request_count = excluded.request_count, failed_requests = excluded.failed_requests,
    unpriced_requests = excluded.unpriced_requests, partly_priced_requests = excluded.partly_priced_requests,
    estimated_requests = excluded.estimated_requests, input_tokens = excluded.input_tokens,
    cache_read_input_tokens = excluded.cache_read_input_tokens, output_tokens = excluded.output_tokens, cost_nanos = excluded.cost_nanos;

-- The first and the last day, in UTC, on which a call with the tag opened. Of months that left the ledger nobody can tell.
ALTER TABLE usage_user_tag ADD COLUMN first_day date, ADD COLUMN last_day date;
UPDATE usage_user_tag t SET first_day = l.first_day, last_day = l.last_day
FROM (SELECT user_id, period, e.key, e.value, min(utc_day) AS first_day, max(utc_day) AS last_day
    FROM ledger, jsonb_each_text(tags) AS e WHERE tags IS NOT NULL GROUP BY 1, 2, 3, 4) l
WHERE (t.user_id, t.period, t.name, t.value) = (l.user_id, l.period, l.key, l.value);
UPDATE usage_user_tag SET first_day = period - 2, last_day = (period + interval '1 month')::date + 2 WHERE first_day IS NULL;
ALTER TABLE usage_user_tag ALTER COLUMN first_day SET NOT NULL, ALTER COLUMN last_day SET NOT NULL;

-- What a batch adds, as the intake sends it.
CREATE TYPE usage_day_share AS (
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

CREATE TYPE usage_month_tag_share AS (
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
    cost_nanos              bigint,
    first_day               date,
    last_day                date
);

GRANT SELECT, INSERT, UPDATE, DELETE ON usage_month TO ${appRole};
