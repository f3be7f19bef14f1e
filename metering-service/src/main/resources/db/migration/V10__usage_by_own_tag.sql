-- A person's month by tag. A call with several tags is in the sum of each; one without any is in none.
CREATE TABLE usage_user_tag (
    user_id                 uuid     NOT NULL,
    period                  date     NOT NULL,
    name                    text     COLLATE "C" NOT NULL,
    value                   text     COLLATE "C" NOT NULL,
    request_count           bigint   NOT NULL,
    failed_requests         bigint   NOT NULL,
    unpriced_requests       bigint   NOT NULL,
    partly_priced_requests  bigint   NOT NULL,
    estimated_requests      bigint   NOT NULL,
    input_tokens            bigint   NOT NULL,
    cache_read_input_tokens bigint   NOT NULL,
    output_tokens           bigint   NOT NULL,
    cost_nanos              bigint   NOT NULL,
    PRIMARY KEY (user_id, period, name, value)
) WITH (fillfactor = 50);

-- What the ledger has already: all its months but those that left it as files.
INSERT INTO usage_user_tag
SELECT user_id, period, t.key, t.value,
    count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed'),
    count(*) FILTER (WHERE status = 'failed'),
    count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed' AND cost_nanos IS NULL) + coalesce(sum(unpriced_change), 0),
    count(*) FILTER (WHERE kind = 'settled' AND status <> 'failed' AND cost_nanos IS NOT NULL AND unpriced_meters IS NOT NULL)
        + coalesce(sum(partly_priced_change), 0),
    count(*) FILTER (WHERE status <> 'failed' AND usage_source = 'estimated'),
    coalesce(sum(input_tokens), 0), coalesce(sum(cache_read_input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cost_nanos), 0)
FROM ledger, jsonb_each_text(tags) AS t WHERE tags IS NOT NULL GROUP BY 1, 2, 3, 4;

GRANT SELECT, INSERT, UPDATE, DELETE ON usage_user_tag TO ${appRole};
