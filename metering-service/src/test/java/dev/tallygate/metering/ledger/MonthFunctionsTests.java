package dev.tallygate.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.messaging.CallWindow;
import dev.tallygate.metering.MeteringDatabase;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class MonthFunctionsTests {

	private final JdbcClient jdbc = MeteringDatabase.create().jdbc();

	/** The database's own words for it cannot be taken from the code. */
	@Test
	void aMonthStaysUntilNoCallOfItCanCome() {
		assertThat(this.jdbc.sql("SELECT prosrc FROM pg_proc WHERE proname = 'detach_ledger_month'")
			.query(String.class)
			.single()).contains("interval '" + CallWindow.CLOSED.toDays() + " days'");
		LocalDate closed = OffsetDateTime.now(ZoneOffset.UTC)
			.minus(CallWindow.CLOSED)
			.toLocalDate()
			.withDayOfMonth(1)
			.minusMonths(1);
		for (LocalDate month : new LocalDate[] { closed, closed.plusMonths(1) }) {
			this.jdbc.sql("SELECT ensure_ledger_partition(?)").param(month).query().listOfRows();
		}
		this.jdbc.sql("SELECT detach_ledger_month(?)").param(closed).query().listOfRows();
		assertThatThrownBy(
				() -> this.jdbc.sql("SELECT detach_ledger_month(?)").param(closed.plusMonths(1)).query().listOfRows())
			.hasMessageContaining("may still come");
	}

}
