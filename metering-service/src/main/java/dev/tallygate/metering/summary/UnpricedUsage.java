package dev.tallygate.metering.summary;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads what has no price: whole calls, and meters of calls that have one for the rest. A
 * call that a correction has priced since is not among them.
 */
@Repository
class UnpricedUsage {

	/** The index on such rows alone serves these conditions. */
	private static final String UNPRICED = """
			l.period = :period AND l.kind = 'settled' AND l.status <> 'failed'
			AND (l.cost_nanos IS NULL OR l.unpriced_meters IS NOT NULL)""";

	/** With each whether a correction has given it a price, or one to all of it. */
	private static final String ALL = """
			WITH unpriced AS MATERIALIZED (
				SELECT l.provider, l.model, l.cost_nanos, l.input_tokens, l.output_tokens, l.quantities, l.unpriced_meters,
					s.priced, s.wholly
				FROM ledger l CROSS JOIN LATERAL (SELECT coalesce(bool_or(a.unpriced_change < 0), false) AS priced,
						coalesce(bool_or(a.partly_priced_change < 0), false) AS wholly
					FROM ledger a WHERE a.user_id = l.user_id AND a.call_id = l.call_id AND a.event_id <> l.call_id
						AND a.event_id >= (substr(l.event_id::text, 1, 13) || '-0000-0000-000000000000')::uuid
						AND a.event_id <= (substr(l.event_id::text, 1, 13) || '-ffff-ffff-ffffffffffff')::uuid) s
				WHERE\040"""
			+ UNPRICED
			+ """
					), found AS (
						SELECT provider, model, '' AS meter, count(*) AS request_count, coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
							coalesce(sum(output_tokens), 0)::bigint AS output_tokens, NULL::bigint AS quantity
						FROM unpriced WHERE cost_nanos IS NULL AND NOT priced GROUP BY provider, model
						UNION ALL
						SELECT provider, model, m.meter, count(*), coalesce(sum(input_tokens), 0)::bigint,
							coalesce(sum(output_tokens), 0)::bigint, sum((quantities ->> m.meter)::bigint)::bigint
						FROM unpriced, jsonb_array_elements_text(unpriced_meters) AS m (meter)
						WHERE cost_nanos IS NOT NULL AND NOT wholly GROUP BY provider, model, m.meter)
					SELECT provider, model, nullif(meter, '') AS meter, request_count, input_tokens, output_tokens, quantity FROM found
					WHERE (found.provider, found.model, found.meter) > (:provider, :model, :meter) ORDER BY found.provider, found.model, found.meter LIMIT :most""";

	private final JdbcClient jdbc;

	UnpricedUsage(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<Unpriced> of(UsagePeriod period, @Nullable List<String> after, int most) {
		return this.jdbc.sql(ALL)
			.param("period", period.firstDay())
			.param("provider", (after != null) ? after.get(0) : "")
			.param("model", (after != null) ? after.get(1) : "")
			.param("meter", (after != null) ? after.get(2) : "")
			.param("most", most)
			.query(Unpriced.class)
			.list()
			.stream()
			.<Unpriced>map(Objects::requireNonNull)
			.toList();
	}

	/**
	 * A model, or a meter of it, without a price.
	 *
	 * @param meter null when the model as a whole has none
	 * @param requestCount calls
	 * @param inputTokens of these calls
	 * @param outputTokens of these calls
	 * @param quantity how much of the meter was used; null where nobody knows
	 */
	record Unpriced(String provider, String model, @Nullable String meter, long requestCount, long inputTokens,
			long outputTokens, @Nullable Long quantity) {

	}

}
