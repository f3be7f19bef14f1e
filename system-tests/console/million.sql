-- A month of :calls calls of one person, from its first second until now, and their sums; as metering-service's intake would have left them. See times.
\set ON_ERROR_STOP on
BEGIN;
SELECT ensure_ledger_partition(date_trunc('month', now())::date);
-- A batch of its own, so that the audit's checkpoint counts it as it counts others.
SELECT nextval('ledger_batch_number') AS number \gset

INSERT INTO ledger (event_id, kind, call_id, user_id, api_key_id, key_type, provider, request_model, model, operation, streamed, credential, status,
    usage_source, input_tokens, cache_read_input_tokens, output_tokens, cost_nanos, price_version, started_at, finished_at, period, day, utc_day,
    time_to_first_byte_millis, attempts, http_status, source, seq, recorded_at, tags, quantities, charges, batch)
SELECT id, 'settled', id, :'user'::uuid, key, 'dev', provider, provider || ':' || model, model, 'chat', i % 2 = 0, 'system',
    CASE WHEN i % 50 = 0 THEN 'failed' ELSE 'completed' END,
    CASE WHEN i % 50 = 0 THEN 'none' WHEN i % 31 = 0 THEN 'estimated' ELSE 'provider' END,
    CASE WHEN i % 50 = 0 THEN NULL ELSE 1000 END, CASE WHEN i % 50 = 0 THEN NULL ELSE 100 END, CASE WHEN i % 50 = 0 THEN NULL ELSE 100 END,
    CASE WHEN i % 50 = 0 THEN 0 ELSE 195000 END, 'filled', t, t + interval '1 second',
    date_trunc('month', now())::date, (t AT TIME ZONE 'UTC')::date, (t AT TIME ZONE 'UTC')::date, 120, 1, 200, :'source', i, t + interval '2 seconds',
    CASE WHEN i % 3 = 0 THEN jsonb_build_object('team', (ARRAY['search', 'ads', 'infra', 'ml'])[1 + i % 4], 'env', (ARRAY['live', 'test'])[1 + i % 2]) END,
    '{"input": 900, "cache_read": 100, "output": 100}',
    '[{"meter":"input","quantity":900,"priceNanos":130000000,"costNanos":117000},{"meter":"cache_read","quantity":100,"priceNanos":75000000,"costNanos":7500},{"meter":"output","quantity":100,"priceNanos":705000000,"costNanos":70500}]',
    :number
FROM (
    SELECT i, t, keys[1 + i % cardinality(keys)] AS key, (ARRAY['openai', 'openai', 'anthropic', 'openai', 'anthropic'])[1 + i % 5] AS provider,
        (ARRAY['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4', 'gpt-5', 'claude-haiku-4.5'])[1 + i % 5] AS model,
        (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') || '8'
            || lpad(to_hex((i::bigint * 7919) % 1152921504606846975), 15, '0'))::uuid AS id
    FROM (SELECT i, date_trunc('month', now()) + (i::double precision / :calls) * (now() - date_trunc('month', now())) AS t
        FROM generate_series(1, :calls) i) times, (SELECT :'keys'::uuid[] AS keys) those
) calls;

INSERT INTO usage_daily (user_id, period, day, utc_day, provider, model, credential, api_key_id, request_count, failed_requests, unpriced_requests,
    estimated_requests, input_tokens, cache_read_input_tokens, output_tokens, cost_nanos, last_used_at)
SELECT user_id, period, day, utc_day, provider, model, credential, api_key_id, count(*) FILTER (WHERE status <> 'failed'),
    count(*) FILTER (WHERE status = 'failed'), 0, count(*) FILTER (WHERE usage_source = 'estimated'), coalesce(sum(input_tokens), 0),
    coalesce(sum(cache_read_input_tokens), 0), coalesce(sum(output_tokens), 0), sum(cost_nanos), max(started_at)
FROM ledger WHERE user_id = :'user' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

INSERT INTO usage_total
SELECT period, provider, model, false, true, :shard, sum(request_count), sum(failed_requests), 0, 0, sum(estimated_requests), sum(input_tokens),
    sum(cache_read_input_tokens), sum(output_tokens), sum(cost_nanos)
FROM usage_daily WHERE user_id = :'user' GROUP BY 1, 2, 3;

INSERT INTO usage_month
SELECT user_id, period, api_key_id, NULL::uuid, sum(request_count), sum(failed_requests), 0, 0, sum(estimated_requests), sum(input_tokens),
    sum(cache_read_input_tokens), sum(output_tokens), sum(cost_nanos)
FROM usage_daily WHERE user_id = :'user' GROUP BY 1, 2, 3;

INSERT INTO usage_user_tag
SELECT user_id, period, t.key, t.value, count(*) FILTER (WHERE status <> 'failed'), count(*) FILTER (WHERE status = 'failed'), 0, 0,
    count(*) FILTER (WHERE usage_source = 'estimated'), coalesce(sum(input_tokens), 0), coalesce(sum(cache_read_input_tokens), 0),
    coalesce(sum(output_tokens), 0), sum(cost_nanos), min(utc_day), max(utc_day)
FROM ledger, jsonb_each_text(tags) t WHERE user_id = :'user' GROUP BY 1, 2, 3, 4;

INSERT INTO usage_tag
SELECT period, name, shown, :shard, sum(request_count), sum(failed_requests), 0, 0, sum(estimated_requests), sum(input_tokens),
    sum(cache_read_input_tokens), sum(output_tokens), sum(cost_nanos)
FROM usage_user_tag, unnest(ARRAY[value, '']) AS v (shown) WHERE user_id = :'user' GROUP BY 1, 2, 3;

INSERT INTO usage_source (source, seq_seen, seq_count) VALUES (:'source', :calls, :calls);
COMMIT;
ANALYZE ledger, usage_daily, usage_total, usage_month, usage_user_tag, usage_tag, usage_source;
