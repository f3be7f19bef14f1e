package dev.tallygate.budgets.spend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.budgets.BudgetDatabase;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An event is counted once, whichever version of the service counts it.
 */
class CountedEventsTests {

	private static final UserId USER = new UserId(UuidV7.next());

	private final JdbcClient jdbc = JdbcClient.create(BudgetDatabase.create().dataSource());

	private final CountedEvents counted = new CountedEvents(this.jdbc);

	@Test
	void whatOneVersionCountedTheOtherKnows() {
		UUID first = UuidV7.next();
		UUID second = UuidV7.next();
		UUID third = UuidV7.next();
		assertThat(olderAdds(first)).containsExactly(first);
		assertThat(this.counted.add(Map.of(first, USER, second, USER))).containsExactly(second);
		assertThat(olderAdds(first, second, third)).containsExactly(third);
		assertThat(this.counted.add(Map.of(first, USER, second, USER, third, USER))).isEmpty();
		assertThat(this.jdbc.sql("SELECT event_id FROM counted_event WHERE user_id = ?")
			.param(USER.value())
			.query(UUID.class)
			.list()).containsExactly(second);
	}

	/** The statement of the version before this one. */
	private List<UUID> olderAdds(UUID... ids) {
		return this.jdbc.sql("""
				INSERT INTO counted_event (event_id) SELECT id FROM unnest(?::uuid[]) AS id ORDER BY id
				ON CONFLICT DO NOTHING RETURNING event_id
				""")
			.param(List.of(ids).stream().map(UUID::toString).toArray(String[]::new))
			.query((row, number) -> row.getObject(1, UUID.class))
			.list();
	}

}
