package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.messaging.SpreadTables;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What grows with the number of calls can be spread over machines by user.
 */
class UserFirstTests {

	private final JdbcClient jdbc = MeteringDatabase.create().jdbc();

	private final SpreadTables spread = SpreadTables.of(MeteringDatabase.DISTRIBUTE);

	@Test
	void everyUniqueIndexOfWhatIsSpreadHasTheUserInIt() {
		assertThat(this.spread.names()).contains("ledger", "usage_daily", "ledger_verified", "usage_month");
		this.spread.haveTheUserInEveryUniqueIndex(this.jdbc);
	}

	@Test
	void noTableIsUndecided() {
		this.spread.leaveNoTableUndecided(this.jdbc);
	}

}
