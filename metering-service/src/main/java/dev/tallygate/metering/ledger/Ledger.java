package dev.tallygate.metering.ledger;

import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import dev.tallygate.events.UserId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Takes entries in, each once.
 */
@Repository
public class Ledger {

	/**
	 * Everything a batch changes, in one statement: what the ledger did not know yet
	 * feeds the aggregates and the sources. All of it is ordered, so that two batches
	 * that touch the same rows wait for each other and never for themselves.
	 */
	private static final String APPEND = "WITH fresh AS (INSERT INTO ledger (" + LedgerColumns.NAMES
			+ ", batch) SELECT " + LedgerColumns.NAMES + ", (SELECT nextval('ledger_batch_number')) FROM "
			+ LedgerColumns.BATCH
			+ " ORDER BY user_id, event_id ON CONFLICT (user_id, event_id) DO NOTHING RETURNING *), summed AS ("
			+ Aggregates.addFrom("fresh") + "), totalled AS (" + Aggregates.addTotalsFrom("fresh", "?")
			+ "), tagged AS (" + Aggregates.addTagsFrom("fresh", "?") + "), tagged_own AS ("
			+ Aggregates.addOwnTagsFrom("fresh")
			+ """
					), heard AS (
						INSERT INTO usage_source AS s (source, seq_seen, seq_count)
						SELECT source, max(seq), count(seq) FROM fresh WHERE seq IS NOT NULL GROUP BY source ORDER BY source
						ON CONFLICT (source) DO UPDATE SET seq_seen = greatest(s.seq_seen, excluded.seq_seen),
							seq_count = s.seq_count + excluded.seq_count, heard_at = now()
					)
					SELECT user_id, event_id FROM fresh""";

	private static final String CONFLICTING = "SELECT e.place FROM " + LedgerColumns.NUMBERED_BATCH
			+ " JOIN ledger l ON l.user_id = e.user_id AND l.event_id = e.event_id WHERE (" + LedgerColumns.DIFFERENT
			+ ")";

	private final JdbcClient jdbc;

	private final LedgerPartitions partitions;

	private final CorrectedCalls corrected;

	Ledger(JdbcClient jdbc, LedgerPartitions partitions, CorrectedCalls corrected) {
		this.jdbc = jdbc;
		this.partitions = partitions;
		this.corrected = corrected;
	}

	/**
	 * Takes in what is not there yet, inside the caller's transaction.
	 * @param entries in any order, each key at most once
	 * @param shard under which everybody's sums are kept; best one that no other caller
	 * uses at the same time
	 * @return the keys that were new
	 */
	public Set<LedgerEntry.Key> append(List<LedgerEntry> entries, int shard) {
		if (entries.isEmpty()) {
			return Set.of();
		}
		Set<YearMonth> months = new HashSet<>();
		entries.forEach((entry) -> months.add(entry.partition()));
		this.partitions.ensure(months);
		List<LedgerEntry> complete = this.corrected.complete(entries);
		return this.jdbc.sql(APPEND)
			.params(LedgerColumns.parameter(complete), shard, shard)
			.query((row, number) -> new LedgerEntry.Key(new UserId(row.getObject(1, UUID.class)),
					row.getObject(2, UUID.class)))
			.set();
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

}
