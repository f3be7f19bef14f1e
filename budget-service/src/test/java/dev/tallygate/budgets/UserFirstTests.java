package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.messaging.SpreadTables;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What grows with the number of calls can be spread over machines by user.
 */
class UserFirstTests {

	private final EmbeddedDatabase database = BudgetDatabase.create();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final SpreadTables spread = SpreadTables.of(Fixture.DISTRIBUTE);

	@Test
	void everyUniqueIndexOfWhatIsSpreadHasTheUserInIt() {
		assertThat(this.spread.names()).contains("counted_event", "key_spend");
		this.database.execute(this.spread.before());
		this.spread.haveTheUserInEveryUniqueIndex(this.jdbc);
	}

	@Test
	void noTableIsUndecided() {
		this.spread.leaveNoTableUndecided(this.jdbc);
	}

	@Test
	void whatAnOlderVersionCountedIsNotSpread() {
		this.database.execute("INSERT INTO counted_event (event_id) VALUES (gen_random_uuid())");
		assertThatIllegalStateException().isThrownBy(() -> this.database.execute(this.spread.before()))
			.havingCause()
			.withMessageContaining("90 days");
	}

}
