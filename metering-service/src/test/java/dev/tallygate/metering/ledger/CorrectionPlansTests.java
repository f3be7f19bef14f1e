package dev.tallygate.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.Calls;
import dev.tallygate.metering.MeteringDatabase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * A re-rating begins with statistics of a ledger without corrections. Whoever asks for
 * those of a call must not be planned over the index of all of them: each call would read
 * what was corrected before it.
 */
class CorrectionPlansTests {

	private static final int CALLS = 2000;

	private static JdbcClient jdbc;

	private static final UserId user = new UserId(UuidV7.next());

	private static final UUID call = UuidV7.next();

	@BeforeAll
	static void fillALedgerWithoutCorrections() {
		MeteringDatabase database = MeteringDatabase.create();
		jdbc = database.jdbc();
		List<LedgerEntry> entries = new ArrayList<>();
		for (int seq = 1; seq <= CALLS; seq++) {
			CloudEvent<UsageSettled> event = Calls.aCall().settled(seq);
			entries.add(LedgerEntry.of(event, event.data(), Instant.now()));
		}
		Ledger ledger = new Ledger(database.connections(), new LedgerPartitions(jdbc, database.transactions()),
				new CorrectedCalls(jdbc));
		database.transaction().executeWithoutResult((status) -> ledger.append(entries, 0));
		jdbc.sql("ANALYZE ledger").update();
	}

	@Test
	void aCallIsAskedForItsOwnCorrections() {
		LocalDate month = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);
		SqlArrayValue users = new SqlArrayValue("uuid", user.value());
		SqlArrayValue calls = new SqlArrayValue("uuid", call);
		readsNoIndexOfAllCorrections(LedgerReader.COSTS, UUID.randomUUID(), month, month, month, "openai",
				"gpt-4o-mini", new UUID(0, 0), new UUID(0, 0), 2000);
		readsNoIndexOfAllCorrections(CorrectedCalls.STATE, users, calls);
		readsNoIndexOfAllCorrections(
				"SELECT * FROM ledger WHERE " + LedgerReader.CORRECTIONS + " ORDER BY recorded_at, event_id",
				user.value(), call, call, call);
	}

	private static void readsNoIndexOfAllCorrections(String statement, Object... parameters) {
		List<String> plan = jdbc.sql("EXPLAIN " + statement)
			.params(parameters)
			.query((row, number) -> row.getString(1))
			.list();
		assertThat(plan).anyMatch((line) -> line.contains("Index"))
			.noneMatch((line) -> line.contains("recorded_at_idx") || line.contains("job_idx"));
	}

}
