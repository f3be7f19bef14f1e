package dev.tallygate.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.MeteringDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Who looks for a few calls among many does not wait until all were read.
 */
@DisabledIfSystemProperty(named = "tallygate.test.citus", matches = "true",
		disabledReason = "the rows that are read are counted on one machine")
class LedgerReaderTests {

	private static final int PAGE = 51;

	/** What lies between two times of a day, an hour at both ends, and what is found. */
	private static final int A_DAY = FilledLedger.CALLS / 28 * 27 / 24 + PAGE;

	private static FilledLedger filled;

	@BeforeAll
	static void fill() {
		filled = new FilledLedger();
	}

	@Test
	void readsNoMoreThanThePageOfAllCalls() {
		assertThat(read(EventFilter.ALL).rows()).isEqualTo(PAGE);
		assertThat(read(filter("usual", null)).rows()).isEqualTo(PAGE);
		assertThat(read(filter(null, "completed")).rows()).isEqualTo(PAGE);
	}

	@Test
	void readsNothingForWhatTheMonthHasNowhere() {
		for (EventFilter nowhere : List.of(filter("never", null), filter(null, "failed"), filter(null, "abandoned"),
				tagged("team", "day"), tagged("env", "night"), tagged("team", ""))) {
			MeteringDatabase.Read<List<LedgerRow>> read = read(nowhere);
			assertThat(read.answer()).isEmpty();
			assertThat(read.rows()).as(nowhere.toString()).isZero();
		}
	}

	@Test
	void readsADayForWhatIsOfThatDayAlone() {
		for (EventFilter ofADay : List.of(filter("rare", null), tagged("team", "night"))) {
			MeteringDatabase.Read<List<LedgerRow>> read = read(ofADay);
			assertThat(read.answer()).hasSize(5).allMatch((row) -> row.data().toString().contains("rare"));
			assertThat(read.rows()).as(ofADay.toString()).isBetween(5L, (long) A_DAY);
		}
	}

	@Test
	void readsThoseThatEndedOtherwiseAlone() {
		MeteringDatabase.Read<List<LedgerRow>> read = read(filter(null, "interrupted"));
		assertThat(read.answer()).hasSize(10);
		assertThat(read.rows()).isEqualTo(10);
	}

	private static EventFilter filter(@Nullable String model, @Nullable String status) {
		return new EventFilter(null, model, null, null, status, null, null);
	}

	private static EventFilter tagged(String name, String value) {
		return new EventFilter(null, null, null, null, null, name, value);
	}

	private static MeteringDatabase.Read<List<LedgerRow>> read(EventFilter filter) {
		LedgerReader reader = new LedgerReader(filled.database.jdbc());
		return filled.reading(() -> reader.page(filled.user, FilledLedger.MONTH, filter, null, PAGE));
	}

}
