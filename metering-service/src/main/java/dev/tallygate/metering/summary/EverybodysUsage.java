package dev.tallygate.metering.summary;

import dev.tallygate.metering.summary.GroupUsage.GroupSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads everybody's month by one dimension, in the order of the groups' keys: first the
 * calls that have none, then page by page.
 */
@Repository
class EverybodysUsage {

	private static final String SUMS = """
			coalesce(sum(request_count), 0)::bigint AS request_count,
			coalesce(sum(failed_requests), 0)::bigint AS failed_requests,
			coalesce(sum(unpriced_requests), 0)::bigint AS unpriced_requests,
			coalesce(sum(partly_priced_requests), 0)::bigint AS partly_priced_requests,
			coalesce(sum(estimated_requests), 0)::bigint AS estimated_requests,
			coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
			coalesce(sum(output_tokens), 0)::bigint AS output_tokens,
			coalesce(sum(cache_read_input_tokens), 0)::bigint AS cache_read_input_tokens,
			coalesce(sum(cost_nanos), 0)::bigint AS cost_nanos""";

	private static final UUID FIRST = new UUID(0, 0);

	private final JdbcClient jdbc;

	EverybodysUsage(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * At most {@code most} groups.
	 * @param after the group key that all must follow; null for the first page
	 */
	List<GroupSums> byGroup(UsagePeriod period, GroupBy by, @Nullable String after, int most) {
		return switch (by) {
			case GroupBy.User _ -> ids(period, "user_id", after, most);
			case GroupBy.Provider _ -> names(period, "provider", after, most);
			case GroupBy.Model _ -> names(period, "provider || ':' || model", after, most);
			case GroupBy.Key _ -> withRest(period, "keyless", after, most, ids(period, "api_key_id", after, most));
			case GroupBy.Agent _ -> withRest(period, "agentless", after, most, ids(period, "agent_id", after, most));
			case GroupBy.Tag tag -> tagged(period, tag.name(), after, most);
		};
	}

	/** Off the index on period and column: a row a user, key and agent of the page. */
	private List<GroupSums> ids(UsagePeriod period, String column, @Nullable String after, int most) {
		UUID start = (after == null || after.isEmpty()) ? FIRST : UUID.fromString(after.substring(1));
		return list(this.jdbc
			.sql("SELECT '=' || g::text AS group_key, s.* FROM (SELECT " + column + " AS g, " + SUMS
					+ " FROM usage_month WHERE period = ? AND " + column + " > ? GROUP BY " + column + " ORDER BY "
					+ column + " LIMIT ?) s ORDER BY g")
			.params(period.firstDay(), start, most));
	}

	private List<GroupSums> names(UsagePeriod period, String name, @Nullable String after, int most) {
		return list(this.jdbc
			.sql("SELECT * FROM (SELECT '=' || (" + name + ") COLLATE \"C\" AS group_key, " + SUMS
					+ " FROM usage_total WHERE period = ? GROUP BY 1) g WHERE group_key > ? ORDER BY group_key LIMIT ?")
			.params(period.firstDay(), (after != null) ? after : "", most));
	}

	/** The first page begins with the calls that have no such id. */
	private List<GroupSums> withRest(UsagePeriod period, String without, @Nullable String after, int most,
			List<GroupSums> groups) {
		return (after != null) ? groups : before(groups, total(period, " AND " + without), most);
	}

	private List<GroupSums> tagged(UsagePeriod period, String name, @Nullable String after, int most) {
		List<GroupSums> groups = list(this.jdbc.sql("SELECT '=' || value AS group_key, " + SUMS
				+ " FROM usage_tag WHERE period = ? AND name = ? AND value > ? GROUP BY value ORDER BY value LIMIT ?")
			.params(period.firstDay(), name, (after == null || after.isEmpty()) ? "" : after.substring(1), most));
		if (after != null) {
			return groups;
		}
		GroupSums withTag = list(this.jdbc
			.sql("SELECT '' AS group_key, " + SUMS + " FROM usage_tag WHERE period = ? AND name = ? AND value = ''")
			.params(period.firstDay(), name)).getFirst();
		return before(groups, total(period, "").minus(withTag), most);
	}

	private GroupSums total(UsagePeriod period, String conditions) {
		return list(this.jdbc.sql("SELECT '' AS group_key, " + SUMS + " FROM usage_total WHERE period = ?" + conditions)
			.params(period.firstDay())).getFirst();
	}

	private static List<GroupSums> before(List<GroupSums> groups, GroupSums first, int most) {
		if (!first.isUsed()) {
			return groups;
		}
		List<GroupSums> all = new ArrayList<>(List.of(first));
		all.addAll(groups);
		return all.subList(0, Math.min(all.size(), most));
	}

	private static List<GroupSums> list(JdbcClient.StatementSpec statement) {
		return statement.query(GroupSums.class).list().stream().<GroupSums>map(Objects::requireNonNull).toList();
	}

}
