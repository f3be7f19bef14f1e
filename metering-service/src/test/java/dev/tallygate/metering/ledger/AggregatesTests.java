package dev.tallygate.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.MeteringDatabase;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The sums that are kept beside those by day.
 */
class AggregatesTests {

	private static final LocalDate MONTH = FilledLedger.MONTH.atDay(1);

	/** What a migration fills, in a form that says nothing of shards. */
	private static final List<String> FILLED = List.of(
			"SELECT m::text FROM usage_month m ORDER BY period, user_id, api_key_id, agent_id",
			"SELECT period, name, value, sum(request_count), sum(cost_nanos) FROM usage_tag GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
			"SELECT t::text FROM usage_user_tag t ORDER BY user_id, period, name, value");

	@Test
	void whatIsNotByDayIsHeldToWhatIs() {
		JdbcClient jdbc = new FilledLedger().database.jdbc();
		assertThat(disagreeing(jdbc)).isZero();
		for (String table : List.of("usage_month", "usage_total")) {
			for (String column : Aggregates.COUNTERS.split(", ", -1)) {
				jdbc.sql("UPDATE " + table + " SET " + column + " = " + column + " + 1 WHERE period = ?")
					.param(MONTH)
					.update();
				assertThat(disagreeing(jdbc)).as(table + "." + column).isPositive();
				jdbc.sql("UPDATE " + table + " SET " + column + " = " + column + " - 1 WHERE period = ?")
					.param(MONTH)
					.update();
				assertThat(disagreeing(jdbc)).isZero();
			}
		}
		jdbc.sql("UPDATE usage_month SET agent_id = ?").param(UUID.randomUUID()).update();
		assertThat(disagreeing(jdbc)).isEqualTo(2);
		jdbc.sql("DELETE FROM usage_month").update();
		assertThat(disagreeing(jdbc)).isOne();
	}

	/**
	 * Two months of two users: the first has left the ledger, and only its sums are
	 * there.
	 */
	@Test
	void theMigrationFillsWhatARebuildWould() {
		MeteringDatabase database = MeteringDatabase.upTo("12");
		JdbcClient jdbc = database.jdbc();
		jdbc.sql("SELECT ensure_ledger_partition('2026-02-01')").query().listOfRows();
		jdbc.sql(
				"""
						INSERT INTO ledger (event_id, kind, call_id, user_id, api_key_id, agent_id, provider, request_model, model, operation, streamed,
							credential, status, usage_source, input_tokens, output_tokens, cost_nanos, price_version, started_at, finished_at, period, day,
							utc_day, attempts, source, seq, recorded_at, tags)
						SELECT id, 'settled', id, ('00000000-0000-7000-8000-00000000000' || i % 2)::uuid,
							CASE WHEN i % 3 > 0 THEN ('00000000-0000-7000-9000-00000000000' || i % 3)::uuid END,
							CASE WHEN i % 5 = 0 THEN '00000000-0000-7000-a000-000000000000'::uuid END, 'openai', 'x', 'm' || i % 2, 'chat', false, 'system',
							'completed', 'provider', i, 1, 5 * i, '1', t, t, '2026-02-01', t::date, t::date, 1, '/gateway/old/1', i, t,
							CASE WHEN i % 4 = 0 THEN '{"team":"a","env":"live"}'::jsonb WHEN i % 4 = 1 THEN '{"team":"b"}'::jsonb END
						FROM (SELECT i, t, overlay(gen_random_uuid()::text PLACING left(uuid_at(t)::text, 13) FROM 1 FOR 13)::uuid AS id
							FROM (SELECT i, '2026-02-01T12:00:00Z'::timestamptz + i * interval '10 hours' AS t FROM generate_series(1, 60) i) times) calls""")
			.update();
		jdbc.sql(
				"""
						INSERT INTO usage_daily (user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id, request_count,
							failed_requests, unpriced_requests, estimated_requests, input_tokens, cache_read_input_tokens, output_tokens, cost_nanos)
						SELECT user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id, count(*), 0, 0, 0, sum(input_tokens), 0,
							sum(output_tokens), sum(cost_nanos) FROM ledger GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9""")
			.update();
		jdbc.sql(
				"""
						INSERT INTO usage_user_tag SELECT user_id, period, t.key, t.value, count(*), 0, 0, 0, 0, sum(input_tokens), 0, sum(output_tokens),
							sum(cost_nanos) FROM ledger, jsonb_each_text(tags) t GROUP BY 1, 2, 3, 4""")
			.update();
		jdbc.sql(
				"""
						INSERT INTO usage_tag SELECT period, name, value, right(user_id::text, 1)::smallint, request_count, 0, 0, 0, 0, input_tokens, 0,
							output_tokens, cost_nanos FROM usage_user_tag""")
			.update();
		jdbc.sql(
				"""
						INSERT INTO usage_user_tag SELECT '00000000-0000-7000-8000-000000000000', '2025-01-01', 'team', 'gone', 1, 0, 0, 0, 0, 1, 0, 1, 1""")
			.update();
		database.migrate();
		assertThat(jdbc.sql("DELETE FROM usage_user_tag WHERE period < '2026-01-01' RETURNING first_day, last_day")
			.query()
			.singleRow()
			.values()
			.toString()).isEqualTo("[2024-12-30, 2025-02-03]");
		List<String> migrated = filled(jdbc);
		database.transaction()
			.executeWithoutResult((status) -> new Aggregates(jdbc, new ArchivedMonths(jdbc)).rebuild());
		assertThat(migrated).hasSizeGreaterThan(10).isEqualTo(filled(jdbc));
	}

	private static long disagreeing(JdbcClient jdbc) {
		return jdbc.sql(Aggregates.disagreeingInTotal()).param("period", MONTH).query(Long.class).single();
	}

	private static List<String> filled(JdbcClient jdbc) {
		return FILLED.stream()
			.flatMap((query) -> jdbc.sql(query).query().listOfRows().stream())
			.map(Object::toString)
			.toList();
	}

}
