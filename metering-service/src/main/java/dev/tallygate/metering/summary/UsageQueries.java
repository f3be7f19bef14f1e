package dev.tallygate.metering.summary;

import dev.tallygate.events.UserId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the aggregates.
 */
@Repository
class UsageQueries {

	private static final String SUMS = """
			sum(request_count)::bigint AS request_count, sum(failed_requests)::bigint AS failed_requests,
			sum(unpriced_requests)::bigint AS unpriced_requests,
			sum(partly_priced_requests)::bigint AS partly_priced_requests, sum(estimated_requests)::bigint AS estimated_requests,
			sum(input_tokens)::bigint AS input_tokens, sum(output_tokens)::bigint AS output_tokens,
			sum(cache_read_input_tokens)::bigint AS cache_read_input_tokens, sum(cost_nanos)::bigint AS cost_nanos""";

	/** The dearest first, and among those that cost the same by what they are. */
	private static final String AFTER = """
			\040g WHERE cost_nanos < :cost OR (cost_nanos = :cost AND place COLLATE "C" > :place)
			ORDER BY cost_nanos DESC, place COLLATE "C" LIMIT :most""";

	private final JdbcClient jdbc;

	UsageQueries(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<UsageSums> byModel(UserId user, UsagePeriod period) {
		return list(this.jdbc
			.sql("SELECT provider, model, " + SUMS
					+ " FROM usage_daily WHERE user_id = ? AND period = ? GROUP BY provider, model")
			.param(user.value())
			.param(period.firstDay()), UsageSums.class);
	}

	List<DailyUsage.DaySums> byDay(UserId user, UsagePeriod period) {
		return list(
				this.jdbc.sql("SELECT day, " + SUMS + " FROM usage_daily WHERE user_id = ? AND period = ? GROUP BY day")
					.param(user.value())
					.param(period.firstDay()),
				DailyUsage.DaySums.class);
	}

	List<KeyUsage.KeySums> byKey(UserId user, BillingCycle cycle) {
		return list(this.jdbc
			.sql("""
					SELECT api_key_id, coalesce(sum(request_count) FILTER (WHERE utc_day >= :first), 0)::bigint AS request_count,
						coalesce(sum(unpriced_requests) FILTER (WHERE utc_day >= :first), 0)::bigint AS unpriced_requests,
						coalesce(sum(partly_priced_requests) FILTER (WHERE utc_day >= :first), 0)::bigint
							AS partly_priced_requests,
						coalesce(sum(cost_nanos) FILTER (WHERE utc_day >= :first), 0)::bigint AS cost_nanos,
						coalesce(sum(cost_nanos) FILTER (WHERE utc_day >= :first AND credential = 'system'), 0)::bigint
							AS system_cost_nanos,
						max(last_used_at) AS last_used_at
					FROM usage_daily WHERE user_id = :user AND api_key_id IS NOT NULL GROUP BY api_key_id""")
			.param("first", cycle.firstDay())
			.param("user", user.value()), KeyUsage.KeySums.class);
	}

	/** The dearest keys of a user's month, at most so many after a place. */
	List<OwnGroup.Sums> byOwnKey(UserId user, UsagePeriod period, OwnGroup.@Nullable Place after, int most) {
		return byOwn("api_key_id", user, period, after, most);
	}

	/** The dearest agents. */
	List<OwnGroup.Sums> byOwnAgent(UserId user, UsagePeriod period, OwnGroup.@Nullable Place after, int most) {
		return byOwn("agent_id", user, period, after, most);
	}

	private List<OwnGroup.Sums> byOwn(String column, UserId user, UsagePeriod period, OwnGroup.@Nullable Place after,
			int most) {
		return list(this.jdbc
			.sql("SELECT * FROM (SELECT " + column + " AS id, coalesce(" + column + "::text, '') AS place, " + SUMS
					+ " FROM usage_month WHERE user_id = :user AND period = :period GROUP BY 1)" + AFTER)
			.params(parameters(user, period, after, most)), OwnGroup.Sums.class);
	}

	/** The dearest tags of a user's month; a call with several is in the sum of each. */
	List<OwnGroup.TagSums> byOwnTag(UserId user, UsagePeriod period, OwnGroup.@Nullable Place after, int most) {
		return list(this.jdbc
			.sql("SELECT * FROM (SELECT name, value, name || ':' || value AS place, " + SUMS
					+ " FROM usage_user_tag WHERE user_id = :user AND period = :period GROUP BY 1, 2)" + AFTER)
			.params(parameters(user, period, after, most)), OwnGroup.TagSums.class);
	}

	private static Map<String, Object> parameters(UserId user, UsagePeriod period, OwnGroup.@Nullable Place after,
			int most) {
		OwnGroup.Place place = (after != null) ? after : OwnGroup.Place.START;
		return Map.of("user", user.value(), "period", period.firstDay(), "cost", place.costNanos(), "place",
				place.key(), "most", most);
	}

	private static <T> List<T> list(JdbcClient.StatementSpec statement, Class<T> type) {
		return statement.query(type).list().stream().<T>map(Objects::requireNonNull).toList();
	}

}
