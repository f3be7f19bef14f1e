package dev.tallygate.metering.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CallId;
import dev.tallygate.events.UserId;
import dev.tallygate.metering.AskedOfWorkers;
import dev.tallygate.metering.ledger.EventFilter;
import dev.tallygate.metering.ledger.FilledLedger;
import dev.tallygate.metering.ledger.LedgerReader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where the ledger is spread over machines by user, each statement of a question about
 * one user is sent on as it is, to the one machine that has the user.
 */
@EnabledIfSystemProperty(named = "tallygate.test.citus", matches = "true")
class OneWorkerTests {

	private static final UsagePeriod PERIOD = new UsagePeriod(FilledLedger.MONTH, ZoneOffset.UTC);

	@Test
	void whatIsOneUsersIsAskedOfOneWorker() {
		FilledLedger filled = new FilledLedger();
		UUID call = filled.database.jdbc()
			.sql("SELECT event_id FROM ledger WHERE user_id = ? LIMIT 1")
			.param(filled.user.value())
			.query(UUID.class)
			.single();
		questions(filled.user, new CallId(call)).forEach((name, question) -> {
			AskedOfWorkers asked = filled.database.asking();
			JdbcClient jdbc = JdbcClient.create(asked);
			question.accept(new UsageQueries(jdbc), FilledLedger.reader(jdbc));
			assertThat(asked.statements()).as(name).isPositive();
			assertThat(asked.sent()).as(name).hasSize(asked.statements());
		});
	}

	private static Map<String, BiConsumer<UsageQueries, LedgerReader>> questions(UserId user, CallId call) {
		Map<String, BiConsumer<UsageQueries, LedgerReader>> questions = new LinkedHashMap<>();
		questions.put("by model", (sums, calls) -> assertThat(sums.byModel(user, PERIOD)).hasSize(2));
		questions.put("by day", (sums, calls) -> assertThat(sums.byDay(user, PERIOD)).hasSize(28));
		questions.put("by key", (sums, calls) -> sums.byKey(user, BillingCycle.of(Optional.empty(), Instant.now())));
		questions.put("by own key", (sums, calls) -> assertThat(sums.byOwnKey(user, PERIOD, null, 51)).hasSize(1));
		questions.put("by own agent", (sums, calls) -> assertThat(sums.byOwnAgent(user, PERIOD, null, 51)).hasSize(1));
		questions.put("by own tag", (sums, calls) -> assertThat(sums.byOwnTag(user, PERIOD, null, 51)).hasSize(1));
		for (EventFilter filter : new EventFilter[] { EventFilter.ALL,
				new EventFilter(null, "usual", null, null, "interrupted", null, null),
				new EventFilter(null, null, null, null, null, "team", "night") }) {
			questions.put("calls " + filter,
					(sums, calls) -> assertThat(calls.page(user, FilledLedger.MONTH, filter, null, 51)).isNotEmpty());
		}
		questions.put("a call", (sums, calls) -> assertThat(calls.call(call, user)).isPresent());
		return questions;
	}

}
