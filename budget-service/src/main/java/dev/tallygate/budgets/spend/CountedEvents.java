package dev.tallygate.budgets.spend;

import dev.tallygate.events.UserId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Which events are counted already, as the running transaction sees it.
 */
@Repository
class CountedEvents {

	/**
	 * Whatever the key is, of the event's id alone or of the user's before it: see
	 * {@code deploy/citus/budget.sql}.
	 */
	private static final String INSERT = """
			INSERT INTO counted_event (user_id, event_id)
			SELECT user_id, event_id FROM unnest(?::uuid[], ?::uuid[]) AS e (user_id, event_id) ORDER BY event_id
			ON CONFLICT DO NOTHING RETURNING event_id
			""";

	private final JdbcClient jdbc;

	CountedEvents(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Notes events as counted.
	 * @param users whose each event is
	 * @return those that were not counted before
	 */
	Set<UUID> add(Map<UUID, UserId> users) {
		return new HashSet<>(this.jdbc.sql(INSERT)
			.param(texts(users, (event) -> event.getValue().toString()))
			.param(texts(users, (event) -> event.getKey().toString()))
			.query(UUID.class)
			.list());
	}

	private static String[] texts(Map<UUID, UserId> users, Function<Map.Entry<UUID, UserId>, String> text) {
		return users.entrySet().stream().map(text).toArray(String[]::new);
	}

}
