package dev.tallygate.metering.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.MeteringDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What everybody used is read from as many rows as are answered, however many users there
 * are, and however much each of them did on each day.
 */
class EverybodysUsageTests {

	private static final int PAGE = 51;

	private static final int USERS = 4_000;

	private static final int TEAMS = 100;

	private static final List<GroupBy> GROUPS = List.of(new GroupBy.User(), new GroupBy.Key(), new GroupBy.Agent(),
			new GroupBy.Provider(), new GroupBy.Model(), new GroupBy.Tag("team"), new GroupBy.Tag("person"));

	@Test
	void aPageReadsNoMoreRowsWithMoreUsers() {
		MeteringDatabase database = MeteringDatabase.create();
		EverybodysUsage usage = new EverybodysUsage(database.jdbc());
		UsagePeriod period = UsagePeriod.of("2026-02", Optional.empty(), Instant.now());
		fill(database.jdbc());
		for (GroupBy by : GROUPS) {
			MeteringDatabase.Read<List<GroupUsage.GroupSums>> first = database.reading("usage\\_%",
					() -> usage.byGroup(period, by, null, PAGE));
			assertThat(first.answer()).as(by.toString()).isNotEmpty();
			assertThat(first.rows()).as(by.toString()).isLessThan(20 * PAGE);
			String last = first.answer().getLast().groupKey();
			assertThat(database.reading("usage\\_%", () -> usage.byGroup(period, by, last, PAGE)).rows())
				.as("after " + last)
				.isLessThan(20 * PAGE);
		}
		assertThat(usage.byGroup(period, new GroupBy.User(), null, PAGE)).hasSize(PAGE)
			.allMatch((sums) -> sums.requestCount() == 8);
		assertThat(usage.byGroup(period, new GroupBy.Tag("person"), null, PAGE).getFirst().groupKey())
			.isEqualTo("=0000001");
		assertThat(usage.byGroup(period, new GroupBy.Tag("team"), null, PAGE).getFirst().requestCount())
			.as("without a team")
			.isEqualTo(7L * USERS);
	}

	/**
	 * Eight calls each: of two keys and two models, on two days; one has a team, all have
	 * a person.
	 */
	private static void fill(JdbcClient jdbc) {
		jdbc.sql(
				"""
						INSERT INTO usage_daily (user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id, request_count,
							failed_requests, unpriced_requests, estimated_requests, input_tokens, cache_read_input_tokens, output_tokens, cost_nanos)
						SELECT u, '2026-02-01', '2026-02-01'::date + d, '2026-02-01'::date + d, 'openai', 'm' || m, 'system',
							overlay(u::text PLACING '9' || k FROM 20 FOR 2)::uuid, overlay(u::text PLACING 'a0' FROM 20 FOR 2)::uuid, 1, 0, 0, 0, 10, 0, 1, 5
						FROM (SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid AS u FROM generate_series(1, :users) i) users,
							generate_series(0, 1) d, generate_series(0, 1) m, generate_series(0, 1) k""")
			.param("users", USERS)
			.update();
		jdbc.sql(
				"""
						INSERT INTO usage_month SELECT user_id, period, api_key_id, agent_id, sum(request_count), 0, 0, 0, 0, sum(input_tokens), 0,
							sum(output_tokens), sum(cost_nanos) FROM usage_daily GROUP BY 1, 2, 3, 4""")
			.update();
		jdbc.sql(
				"""
						INSERT INTO usage_total SELECT period, provider, model, false, false, ('x' || right(user_id::text, 1))::bit(4)::int % 12 AS shard,
							sum(request_count), 0, 0, 0, 0, sum(input_tokens), 0, sum(output_tokens), sum(cost_nanos)
						FROM usage_daily GROUP BY period, provider, model, 6""")
			.update();
		jdbc.sql(
				"""
						INSERT INTO usage_tag SELECT DATE '2026-02-01', name, shown, i % 12, sum(calls), 0, 0, 0, 0, 0, 0, 0, sum(calls) * 5
						FROM generate_series(1, :users) i,
							LATERAL (VALUES ('team', 't' || i % :teams, 1), ('person', lpad(i::text, 7, '0'), 8)) AS tags (name, value, calls),
							LATERAL (VALUES (value), ('')) AS v (shown) GROUP BY name, shown, i % 12""")
			.param("users", USERS)
			.param("teams", TEAMS)
			.update();
		jdbc.sql("VACUUM ANALYZE").update();
	}

}
