package dev.tallygate.metering.ledger;

import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.messaging.CallWindow;
import dev.tallygate.messaging.Received;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How far the usage topic had been taken in when a month left the ledger. What was in the
 * topic before that is in the month's file, if it is of that month, however often it is
 * read again; what comes later has never been counted.
 */
@Component
public class ArchivePositions {

	/** The consumer group that fills the ledger. */
	public static final String GROUP = "metering";

	private final JdbcClient jdbc;

	ArchivePositions(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Keeps where the topic is. In the transaction that has detached the month: whoever
	 * was taking records in has come to an end by then, and whoever follows finds the
	 * month gone.
	 */
	public void keep(YearMonth month) {
		this.jdbc
			.sql("""
					INSERT INTO archive_position (month, partition, next_offset, last_time)
					SELECT CAST(? AS date), partition, next_offset, last_time FROM intake_position
					WHERE consumer_group = ? AND topic = ?
					ON CONFLICT (month, partition) DO UPDATE SET next_offset = excluded.next_offset, last_time = excluded.last_time""")
			.params(month.atDay(1), GROUP, Topics.USAGE)
			.update();
	}

	/**
	 * What is known of the months of these entries. Asks the database only when one is so
	 * old that it may have left.
	 */
	public Left of(Collection<LedgerEntry> entries) {
		Instant closed = Instant.now().minus(CallWindow.BACK);
		Set<LocalDate> months = entries.stream()
			.map(LedgerEntry::partition)
			.distinct()
			.map((month) -> month.atDay(1))
			.filter((first) -> first.plusMonths(1).atStartOfDay().toInstant(ZoneOffset.UTC).isBefore(closed))
			.collect(Collectors.toUnmodifiableSet());
		if (months.isEmpty()) {
			return new Left(Map.of(), Set.of());
		}
		Map<Place, Position> positions = new HashMap<>();
		this.jdbc.sql("""
				SELECT p.month, p.partition, p.next_offset, p.last_time FROM archive_position p
				JOIN ledger_archive a ON a.month = p.month
				WHERE a.state NOT IN ('asked', 'failed') AND p.month IN (:months)""")
			.param("months", months)
			.query((row) -> {
				positions.put(new Place(YearMonth.from(row.getObject(1, LocalDate.class)), row.getInt(2)),
						new Position(row.getLong(3), row.getObject(4, Long.class)));
			});
		return new Left(positions, positions.isEmpty() ? Set.of() : done(entries));
	}

	/**
	 * The re-ratings that some of these entries are of, and all of whose corrections have
	 * come.
	 */
	private Set<UUID> done(Collection<LedgerEntry> entries) {
		Set<UUID> jobs = new HashSet<>();
		for (LedgerEntry entry : entries) {
			UsageAdjusted correction = entry.correction();
			if (correction != null) {
				jobs.add(correction.job());
			}
		}
		return jobs.isEmpty() ? Set.of()
				: this.jdbc.sql("SELECT id FROM rerate_job WHERE state = 'done' AND NOT dry_run AND id IN (:jobs)")
					.param("jobs", jobs)
					.query((row, number) -> row.getObject(1, UUID.class))
					.set();
	}

	/**
	 * What has left the ledger.
	 *
	 * @param positions where the topic was when a month left
	 * @param done re-ratings that were over before their month left, for it waits for
	 * them: a correction of theirs that comes later has been told again
	 */
	public record Left(Map<Place, Position> positions, Set<UUID> done) {

		/** Whether an entry has left with its month. */
		public boolean has(LedgerEntry entry, Received received) {
			Position position = this.positions.get(new Place(entry.partition(), received.partition()));
			if (position == null) {
				return false;
			}
			UsageAdjusted correction = entry.correction();
			return position.isBeyond(received) || (correction != null && this.done.contains(correction.job()));
		}

	}

	/**
	 * A partition of the topic, as a month has left it.
	 */
	record Place(YearMonth month, int partition) {

	}

	/**
	 * Where a partition was.
	 *
	 * @param next the offset that followed what was taken in
	 * @param lastTime the highest time of a record taken in; null when not known
	 */
	record Position(long next, @Nullable Long lastTime) {

		/**
		 * By the broker's time first: a topic that was created anew gives old offsets to
		 * new records, and one that was just being read again stood at a lower offset
		 * than it had been before.
		 */
		boolean isBeyond(Received received) {
			long time = received.recordedAt().toEpochMilli();
			if (this.lastTime == null || time == this.lastTime) {
				return received.offset() < this.next;
			}
			return time < this.lastTime;
		}

	}

}
