package dev.tallygate.budgets.status;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The current statuses and what of them is on the topic, as the accounts know it.
 */
@Component
class Statuses {

	/**
	 * The rows are locked in the order of the user ids first, as everywhere, so that this
	 * and an intake cannot block each other in a circle.
	 */
	private static final String PUBLISHED = """
			WITH locked AS MATERIALIZED (
			  SELECT user_id FROM account WHERE user_id = ANY (?::uuid[]) ORDER BY user_id FOR UPDATE
			), updated AS (
			  UPDATE account AS a
			     SET published_version = p.version, published_partition = p.partition, published_offset = p.place
			    FROM unnest(?::uuid[], ?::bigint[], ?::integer[], ?::bigint[]) AS p (id, version, partition, place)
			    JOIN locked ON locked.user_id = p.id
			   WHERE a.user_id = p.id AND (a.published_offset < p.place OR a.published_partition <> p.partition)
			)
			SELECT user_id FROM locked
			""";

	private final JdbcTemplate jdbc;

	private final Books books;

	Statuses(JdbcTemplate jdbc, Books books) {
		this.jdbc = jdbc;
		this.books = books;
	}

	/**
	 * Statuses whose current version is not the last one on the topic. Those due for a
	 * rollover are left out: it makes them new.
	 */
	List<BudgetStatus> unpublished(int most) {
		List<UserId> users = this.jdbc.query(
				"SELECT user_id FROM account WHERE published_version <> version ORDER BY user_id LIMIT ?",
				(rs, i) -> new UserId(rs.getObject(1, UUID.class)), most);
		return this.books.readAll(users)
			.stream()
			.filter((account) -> !account.hasChanged())
			.map(Account::status)
			.toList();
	}

	/**
	 * Notes what the broker has acknowledged. Of several for a user the one with the
	 * highest offset is the last on the topic, whoever sent it and whenever it is noted.
	 * @return the users who are gone: what was sent of them must be removed again
	 */
	List<UserId> published(List<Published> acknowledged) {
		if (acknowledged.isEmpty()) {
			return List.of();
		}
		String[] users = acknowledged.stream().map((each) -> each.userId().toString()).toArray(String[]::new);
		Set<UUID> known = new HashSet<>(this.jdbc.queryForList(PUBLISHED, UUID.class, users, users,
				acknowledged.stream().map(Published::version).toArray(Long[]::new),
				acknowledged.stream().map(Published::partition).toArray(Integer[]::new),
				acknowledged.stream().map(Published::offset).toArray(Long[]::new)));
		List<UserId> gone = new ArrayList<>();
		acknowledged.stream().map(Published::userId).filter((user) -> !known.contains(user.value())).forEach(gone::add);
		return gone;
	}

	/**
	 * Forgets what was published at or beyond the end of a partition: the topic was made
	 * anew or has lost its tail.
	 * @param ends the end offset of each partition
	 * @return how many statuses are to be published again
	 */
	int forgetBeyond(Map<Integer, Long> ends) {
		return this.jdbc.update("""
				UPDATE account AS a SET published_version = 0, published_partition = -1, published_offset = -1
				 WHERE published_version > 0 AND NOT EXISTS (
				   SELECT FROM unnest(?::integer[], ?::bigint[]) AS e (partition, place)
				    WHERE e.partition = a.published_partition AND a.published_offset < e.place)
				""", ends.keySet().toArray(Integer[]::new), ends.values().toArray(Long[]::new));
	}

	/**
	 * Forgets all that was published, so that every status is published again.
	 * @return how many those are
	 */
	int forgetAll() {
		return this.jdbc
			.update("UPDATE account SET published_version = 0, published_partition = -1, published_offset = -1");
	}

	/**
	 * A status on the topic.
	 *
	 * @param userId whose
	 * @param version which
	 * @param partition where
	 * @param offset where
	 */
	record Published(UserId userId, long version, int partition, long offset) {

	}

}
