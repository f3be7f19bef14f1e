package dev.tallygate.metering.ledger;

import dev.tallygate.events.UserId;
import dev.tallygate.metering.ledger.Shares.Heard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlValue;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes entries in, each once.
 */
@Repository
public class Ledger {

	/**
	 * Fails at the first row that is there already, which is seldom: records come once
	 * but for a producer that sent twice, and for a topic that is read again.
	 */
	private static final String COPY = "COPY ledger (" + LedgerColumns.NAMES + ", batch) FROM STDIN (FORMAT binary)";

	/** Takes what is new of a batch of which something may be known. */
	private static final String INSERT = "INSERT INTO ledger (" + LedgerColumns.NAMES + ", batch) SELECT "
			+ LedgerColumns.NAMES + ", ? FROM " + LedgerColumns.BATCH
			+ " ORDER BY user_id, event_id ON CONFLICT (user_id, event_id) DO NOTHING RETURNING user_id, event_id";

	private static final String HEARD = """
			INSERT INTO usage_source AS s (source, seq_seen, seq_count) SELECT * FROM unnest(?, ?, ?)
			ON CONFLICT (source) DO UPDATE SET seq_seen = greatest(s.seq_seen, excluded.seq_seen),
				seq_count = s.seq_count + excluded.seq_count, heard_at = now()""";

	private static final String CONFLICTING = "SELECT e.place FROM " + LedgerColumns.NUMBERED_BATCH
			+ " JOIN ledger l ON l.user_id = e.user_id AND l.event_id = e.event_id WHERE (" + LedgerColumns.DIFFERENT
			+ ")";

	/**
	 * The key is there already; where the ledger is spread over machines, one of them did
	 * not take the rows, and Citus does not pass on which error it was. If it was another
	 * one, the insert that follows tells.
	 */
	private static final Set<String> NOT_ALL_NEW = Set.of("23505", "XX000");

	/** After something that was known, more of it is likely to follow. */
	private static final int CAREFUL_BATCHES = 16;

	/** As the server orders them, so that rows come to the index side by side. */
	private static final Comparator<LedgerEntry> BY_KEY = (left, right) -> {
		int users = compare(left.userId().value(), right.userId().value());
		return (users != 0) ? users : compare(left.eventId(), right.eventId());
	};

	/**
	 * The transaction has an id before the batch has its number: an audit that sees the
	 * number waits for the transaction.
	 */
	private static final String NUMBER = "SELECT pg_current_xact_id()::text, nextval('ledger_batch_number')";

	private final JdbcTemplate connections;

	private final JdbcClient jdbc;

	private final LedgerPartitions partitions;

	private final CorrectedCalls corrected;

	private final AtomicInteger careful = new AtomicInteger();

	Ledger(JdbcTemplate connections, LedgerPartitions partitions, CorrectedCalls corrected) {
		this.connections = connections;
		this.jdbc = JdbcClient.create(connections);
		this.partitions = partitions;
		this.corrected = corrected;
	}

	/**
	 * Takes in what is not there yet and adds it to the aggregates, inside the caller's
	 * transaction if there is one.
	 * @param entries in any order, each key at most once
	 * @param shard under which everybody's sums are kept; best one that no other caller
	 * uses at the same time
	 * @return the keys that were there already
	 */
	@Transactional
	public Set<LedgerEntry.Key> append(List<LedgerEntry> entries, int shard) {
		if (entries.isEmpty()) {
			return Set.of();
		}
		Set<YearMonth> months = new HashSet<>();
		entries.forEach((entry) -> months.add(entry.partition()));
		this.partitions.ensure(months);
		List<LedgerEntry> complete = this.corrected.complete(entries).stream().sorted(BY_KEY).toList();
		long batch = this.jdbc.sql(NUMBER).query((row, number) -> row.getLong(2)).single();
		Set<LedgerEntry.Key> known = add(complete, batch);
		if (known.size() < complete.size()) {
			addShares(Shares.of(known.isEmpty() ? complete
					: complete.stream().filter((entry) -> !known.contains(entry.key())).toList()), shard);
		}
		return known;
	}

	private Set<LedgerEntry.Key> add(List<LedgerEntry> entries, long batch) {
		boolean carefully = this.careful.getAndUpdate((left) -> Math.max(0, left - 1)) > 0;
		if (!carefully && copy(entries, batch)) {
			return Set.of();
		}
		Set<LedgerEntry.Key> added = this.jdbc.sql(INSERT)
			.params(batch, LedgerColumns.parameter(entries))
			.query((row, number) -> new LedgerEntry.Key(new UserId(row.getObject(1, UUID.class)),
					row.getObject(2, UUID.class)))
			.set();
		if (added.size() < entries.size()) {
			this.careful.set(CAREFUL_BATCHES);
		}
		Set<LedgerEntry.Key> known = entries.stream().map(LedgerEntry::key).collect(Collectors.toSet());
		known.removeAll(added);
		return known;
	}

	/**
	 * Takes all of a batch in.
	 * @return false when one of it is there already; then nothing was taken in
	 */
	private boolean copy(List<LedgerEntry> entries, long batch) {
		BinaryCopy rows = LedgerColumns.copy(entries, batch);
		return Boolean.TRUE.equals(this.connections.execute((Connection connection) -> {
			Savepoint before = connection.setSavepoint();
			try {
				rows.send(connection, COPY);
			}
			catch (SQLException ex) {
				if (!NOT_ALL_NEW.contains(String.valueOf(ex.getSQLState()))) {
					throw ex;
				}
				connection.rollback(before);
				return false;
			}
			connection.releaseSavepoint(before);
			return true;
		}));
	}

	/**
	 * One table after the other, the one in which all consumers meet at the end. The rows
	 * of the others are a user's or a shard's, which only one consumer has.
	 */
	private void addShares(Shares shares, int shard) {
		SqlValue daily = shares.daily();
		this.jdbc.sql(Aggregates.ADD_DAILY).param(daily).update();
		this.jdbc.sql(Aggregates.ADD_MONTHS).param(daily).update();
		this.jdbc.sql(Aggregates.ADD_TOTALS).params(shard, daily).update();
		if (shares.hasTags()) {
			SqlValue tags = shares.tags();
			this.jdbc.sql(Aggregates.ADD_OWN_TAGS).param(tags).update();
			this.jdbc.sql(Aggregates.ADD_TAGS).params(shard, tags).update();
		}
		// In order: a second batch waits for the first, and never the other way round.
		Map<String, Heard> heard = new TreeMap<>(shares.sources());
		if (!heard.isEmpty()) {
			this.jdbc.sql(HEARD)
				.params(heard.keySet().toArray(String[]::new),
						heard.values().stream().map(Heard::lastSeq).toArray(Long[]::new),
						heard.values().stream().map(Heard::count).toArray(Long[]::new))
				.update();
		}
	}

	/**
	 * Which of these entries, whose keys are all known, say something else than the
	 * ledger.
	 * @return their places in {@code known}, from 0
	 */
	public List<Integer> conflicting(List<LedgerEntry> known) {
		return this.jdbc.sql(CONFLICTING)
			.param(LedgerColumns.parameter(known))
			.query((row, number) -> row.getInt(1) - 1)
			.list();
	}

	private static int compare(UUID left, UUID right) {
		int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
		return (high != 0) ? high
				: Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
	}

}
