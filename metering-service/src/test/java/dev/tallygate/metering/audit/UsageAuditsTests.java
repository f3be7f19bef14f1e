package dev.tallygate.metering.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.MeteringDatabase;
import dev.tallygate.metering.ledger.Aggregates;
import dev.tallygate.metering.ledger.ArchivedMonths;
import dev.tallygate.metering.ledger.FilledLedger;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An audit costs what came since the checkpoint, not what the month has.
 */
class UsageAuditsTests {

	@Test
	@DisabledIfSystemProperty(named = "tallygate.test.citus", matches = "true",
			disabledReason = "the rows that are read are counted on one machine")
	void readsWhatTheCheckpointHasNotCounted() {
		FilledLedger filled = new FilledLedger();
		UsageAudits audits = audits(filled);
		MeteringDatabase.Read<UsageAudit> before = filled.reading(() -> audits.of(FilledLedger.MONTH));
		assertThat(before.answer().whole()).isTrue();
		assertThat(before.rows()).as("nothing is counted yet").isGreaterThanOrEqualTo(FilledLedger.CALLS);
		AuditCheckpoint checkpoint = new AuditCheckpoint(filled.database.connections(), filled.database.transactions());
		checkpoint.advance();
		checkpoint.advance();
		MeteringDatabase.Read<UsageAudit> after = filled.reading(() -> audits.of(FilledLedger.MONTH));
		assertThat(after.answer()).isEqualTo(before.answer());
		assertThat(after.answer().ledger().requestCount()).isEqualTo(FilledLedger.CALLS);
		// An index of ranges: the last ones are looked at, for each of two sums.
		assertThat(after.rows()).isLessThan(FilledLedger.CALLS / 4);
	}

	/**
	 * Whatever was counted before: nothing, all but the last three days, everything.
	 */
	@ParameterizedTest
	@ValueSource(longs = { -1, 9, 11 })
	void noticesEachNumberAndEachRowOfEitherSide(long checkpoint) {
		FilledLedger filled = new FilledLedger();
		JdbcClient jdbc = filled.database.jdbc();
		UsageAudits audits = audits(filled);
		jdbc.sql(Aggregates.addTo("ledger_verified", "ledger WHERE batch <= :checkpoint"))
			.param("checkpoint", checkpoint)
			.update();
		jdbc.sql("UPDATE ledger_checkpoint SET batch = ?").param(checkpoint).update();
		UsageAudit whole = audit(filled, audits);
		assertThat(whole.whole()).isTrue();
		for (String day : List.of("2026-02-02", "2026-02-28")) {
			String row = " WHERE day = '" + day + "' AND model = 'usual'";
			for (String column : Aggregates.COUNTERS.split(", ", -1)) {
				jdbc.sql("UPDATE usage_daily SET " + column + " = " + column + " + 1" + row).update();
				UsageAudit wrong = audit(filled, audits);
				assertThat(wrong.whole()).as(column).isFalse();
				assertThat(wrong.ledger()).isEqualTo(whole.ledger()).isNotEqualTo(wrong.aggregates());
				assertThat(wrong.differences()).singleElement().satisfies((difference) -> {
					assertThat(difference.day()).isEqualTo(day);
					assertThat(difference.aggregateRequestCount() - difference.ledgerRequestCount())
						.isEqualTo(column.equals("request_count") ? 1 : 0);
					assertThat(difference.aggregateCostNanos().value() - difference.ledgerCostNanos().value())
						.isEqualTo(column.equals("cost_nanos") ? 1 : 0);
					assertThat(difference.ledgerRequestCount()).isGreaterThan(500);
				});
				jdbc.sql("UPDATE usage_daily SET " + column + " = " + column + " - 1" + row).update();
			}
			for (String key : List.of("api_key_id", "agent_id")) {
				jdbc.sql("UPDATE usage_daily SET " + key + " = ?" + row).param(UUID.randomUUID()).update();
				assertThat(audit(filled, audits).differences()).as(key).hasSize(2);
				jdbc.sql("UPDATE usage_daily SET " + key + " = NULL" + row).update();
			}
			jdbc.sql("CREATE TABLE away AS SELECT * FROM usage_daily" + row).update();
			jdbc.sql("DELETE FROM usage_daily" + row).update();
			assertThat(audit(filled, audits).differences()).singleElement().satisfies((difference) -> {
				assertThat(difference.aggregateRequestCount()).isZero();
				assertThat(difference.ledgerRequestCount()).isGreaterThan(500);
			});
			jdbc.sql("UPDATE away SET model = 'nobody asked for'").update();
			jdbc.sql("INSERT INTO usage_daily SELECT * FROM away").update();
			assertThat(audit(filled, audits).differences()).as("the sums agree, the rows do not").hasSize(2);
			jdbc.sql("UPDATE usage_daily SET model = 'usual' WHERE model = 'nobody asked for'").update();
			jdbc.sql("DROP TABLE away").update();
		}
		jdbc.sql("UPDATE usage_daily SET cost_nanos = cost_nanos + CASE day WHEN '2026-02-02' THEN 1 ELSE -1 END"
				+ " WHERE day IN ('2026-02-02', '2026-02-28')")
			.update();
		assertThat(audit(filled, audits).differences()).as("errors that make up for each other")
			.extracting(UsageAudit.Difference::day)
			.containsExactly("2026-02-02", "2026-02-28");
	}

	/** Sorting and summing both sides is what an audit took six seconds for. */
	@Test
	void neitherSortsNorSumsWhatIsEqual() {
		JdbcClient jdbc = MeteringDatabase.create().jdbc();
		jdbc.sql(
				"""
						INSERT INTO usage_daily (user_id, period, day, utc_day, provider, model, credential, request_count, failed_requests,
							unpriced_requests, estimated_requests, input_tokens, cache_read_input_tokens, output_tokens, cost_nanos)
						SELECT gen_random_uuid(), '2026-02-01', '2026-02-02', '2026-02-02', 'openai', 'm', 'system', 1, 0, 0, 0, 1, 0, 1, 1
						FROM generate_series(1, 20000)""")
			.update();
		jdbc.sql("INSERT INTO ledger_verified SELECT * FROM usage_daily").update();
		jdbc.sql("UPDATE usage_daily SET output_tokens = 2 WHERE ctid = '(0,1)'").update();
		jdbc.sql("VACUUM ANALYZE usage_daily, ledger_verified").update();
		String plan = String.join("\n",
				jdbc.sql("EXPLAIN (ANALYZE, COSTS off, TIMING off, BUFFERS off) " + UsageAudits.DIFFERENCES)
					.param("period", FilledLedger.MONTH.atDay(1))
					.param("checkpoint", 0)
					.param("most", 100)
					.query(String.class)
					.list());
		Matcher steps = Pattern.compile("(Sort|Aggregate|Merge.*) +\\(actual rows=(\\d+)").matcher(plan);
		assertThat(steps.results()).as(plan)
			.isNotEmpty()
			.allSatisfy((step) -> assertThat(Long.parseLong(step.group(2))).isLessThanOrEqualTo(20));
	}

	private static UsageAudits audits(FilledLedger filled) {
		JdbcClient jdbc = filled.database.jdbc();
		return new UsageAudits(jdbc, new ArchivedMonths(jdbc), filled.database.transactions());
	}

	private static UsageAudit audit(FilledLedger filled, UsageAudits audits) {
		return filled.reading(() -> audits.of(FilledLedger.MONTH)).answer();
	}

	@Test
	void aFullPassFindsWhatIsWrongByTag() {
		FilledLedger filled = new FilledLedger();
		JdbcClient jdbc = filled.database.jdbc();
		UsageAudits audits = audits(filled);
		UUID first = new UUID(0, 0);
		UUID last = new UUID(-1, -1);
		assertThat(audits.differencesOf(FilledLedger.MONTH, first, last)).isZero();
		assertThat(audits.differencesInTags(FilledLedger.MONTH)).isZero();
		jdbc.sql("UPDATE usage_user_tag SET output_tokens = output_tokens + 1").update();
		assertThat(audits.differencesOf(FilledLedger.MONTH, first, last)).isOne();
		assertThat(audits.differencesOf(FilledLedger.MONTH, filled.user.value(), last)).as("of others").isZero();
		assertThat(audits.differencesInTags(FilledLedger.MONTH)).as("the value, and all values").isEqualTo(2);
		jdbc.sql("UPDATE usage_tag SET output_tokens = output_tokens + 1").update();
		assertThat(audits.differencesInTags(FilledLedger.MONTH)).isZero();
		jdbc.sql("DELETE FROM usage_user_tag").update();
		assertThat(audits.differencesOf(FilledLedger.MONTH, first, last)).isOne();
	}

}
