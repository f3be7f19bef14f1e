package dev.tallygate.budgets.status;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The current statuses and what of them is on the topic, as the accounts know it.
 */
@Component
class Statuses {

	/**
	 * The rows are locked in the order of the user ids first, as everywhere. Those that
	 * an intake holds are left for later: nobody waits.
	 */
	private static final String PUBLISHED = """
			WITH locked AS MATERIALIZED (
			  SELECT user_id FROM account WHERE user_id = ANY (?::uuid[]) ORDER BY user_id FOR UPDATE SKIP LOCKED
			), updated AS (
			  UPDATE account AS a
			     SET published_version = p.version, published_partition = p.partition, published_offset = p.place
			    FROM unnest(?::uuid[], ?::bigint[], ?::integer[], ?::bigint[]) AS p (id, version, partition, place)
			    JOIN locked ON locked.user_id = p.id
			   WHERE a.user_id = p.id AND (a.published_offset < p.place OR a.published_partition <> p.partition)
			)
			SELECT a.user_id, locked.user_id IS NOT NULL FROM account AS a LEFT JOIN locked USING (user_id)
			 WHERE a.user_id = ANY (?::uuid[])
			""";

	private final JdbcClient jdbc;

	private final Books books;

	private final AtomicLong forgotten = new AtomicLong();

	Statuses(JdbcClient jdbc, Books books) {
		this.jdbc = jdbc;
		this.books = books;
	}

	/**
	 * Statuses whose current version is not the last one on the topic. Those due for a
	 * rollover are left out: it makes them new.
	 * @param except whose are not asked for
	 */
	List<BudgetStatus> unpublished(int most, Set<UserId> except) {
		return read(this.jdbc
			.sql("SELECT user_id FROM account WHERE published_version <> version AND user_id <> ALL (?::uuid[])"
					+ " ORDER BY user_id LIMIT ?")
			.params(ids(except), most));
	}

	/** The same of some users. */
	List<BudgetStatus> unpublishedOf(Set<UserId> users) {
		return read(this.jdbc
			.sql("SELECT user_id FROM account WHERE published_version <> version AND user_id = ANY (?::uuid[])"
					+ " ORDER BY user_id")
			.param(ids(users)));
	}

	private static String[] ids(Set<UserId> users) {
		return users.stream().map(UserId::toString).toArray(String[]::new);
	}

	private List<BudgetStatus> read(JdbcClient.StatementSpec statement) {
		List<UserId> users = statement.query((rs, i) -> new UserId(rs.getObject(1, UUID.class))).list();
		return this.books.readAll(users)
			.stream()
			.filter((account) -> !account.hasChanged())
			.map(Account::status)
			.toList();
	}

	/**
	 * Notes what the broker has acknowledged. Of several for a user the one with the
	 * highest offset is the last on the topic, whoever sent it and whenever it is noted.
	 */
	Noted published(Collection<Published> acknowledged) {
		if (acknowledged.isEmpty()) {
			return new Noted(Set.of(), Set.of());
		}
		String[] users = acknowledged.stream().map((each) -> each.userId().toString()).toArray(String[]::new);
		Set<UserId> gone = new HashSet<>();
		acknowledged.forEach((each) -> gone.add(each.userId()));
		Set<UserId> held = new HashSet<>();
		this.jdbc.sql(PUBLISHED)
			.params(users, users, acknowledged.stream().map(Published::version).toArray(Long[]::new),
					acknowledged.stream().map(Published::partition).toArray(Integer[]::new),
					acknowledged.stream().map(Published::offset).toArray(Long[]::new), users)
			.query((rs) -> {
				UserId user = new UserId(rs.getObject(1, UUID.class));
				gone.remove(user);
				if (!rs.getBoolean(2)) {
					held.add(user);
				}
			});
		return new Noted(gone, held);
	}

	/**
	 * What became of noting.
	 *
	 * @param gone users who are gone: what was sent of them must be removed again
	 * @param held users whose account somebody else holds: to be noted later
	 */
	record Noted(Set<UserId> gone, Set<UserId> held) {

	}

	/**
	 * Forgets what was published at or beyond the end of a partition: the topic was made
	 * anew or has lost its tail.
	 * @param ends the end offset of each partition
	 * @return how many statuses are to be published again
	 */
	int forgetBeyond(Map<Integer, Long> ends) {
		return this.jdbc.sql("""
				UPDATE account AS a SET published_version = 0, published_partition = -1, published_offset = -1
				 WHERE published_version > 0 AND NOT EXISTS (
				   SELECT FROM unnest(?::integer[], ?::bigint[]) AS e (partition, place)
				    WHERE e.partition = a.published_partition AND a.published_offset < e.place)
				""").params(ends.keySet().toArray(Integer[]::new), ends.values().toArray(Long[]::new)).update();
	}

	/**
	 * Forgets all that was published, so that every status is published again.
	 * @return how many those are
	 */
	int forgetAll() {
		int all = this.jdbc
			.sql("UPDATE account SET published_version = 0, published_partition = -1, published_offset = -1")
			.update();
		this.forgotten.incrementAndGet();
		return all;
	}

	/** How often all was forgotten: what was acknowledged before must not be noted. */
	long forgotten() {
		return this.forgotten.get();
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

		/**
		 * The one that is later on the topic; after its partitions were made anew, the
		 * newer.
		 */
		Published later(Published other) {
			boolean isLater = (this.partition == other.partition) ? other.offset > this.offset
					: other.version > this.version;
			return isLater ? other : this;
		}

	}

}
