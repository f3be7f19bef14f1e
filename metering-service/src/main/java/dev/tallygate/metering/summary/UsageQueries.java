package dev.tallygate.metering.summary;

import dev.tallygate.events.UserId;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the aggregates.
 */
@Repository
class UsageQueries {

	private final JdbcClient jdbc;

	UsageQueries(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<UsageSums> byModel(UserId user, UsagePeriod period) {
		return this.jdbc
			.sql("""
					SELECT provider, model, sum(request_count)::bigint AS request_count,
						sum(failed_requests)::bigint AS failed_requests, sum(unpriced_requests)::bigint AS unpriced_requests,
						sum(estimated_requests)::bigint AS estimated_requests, sum(input_tokens)::bigint AS input_tokens,
						sum(output_tokens)::bigint AS output_tokens,
						sum(cache_read_input_tokens)::bigint AS cache_read_input_tokens, sum(cost_nanos)::bigint AS cost_nanos
					FROM usage_daily WHERE user_id = ? AND period = ? GROUP BY provider, model ORDER BY provider, model""")
			.param(user.value())
			.param(period.firstDay())
			.query(UsageSums.class)
			.stream()
			.<UsageSums>map(Objects::requireNonNull)
			.toList();
	}

}
