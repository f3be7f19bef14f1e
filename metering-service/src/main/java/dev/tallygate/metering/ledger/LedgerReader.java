package dev.tallygate.metering.ledger;

import dev.tallygate.events.UserId;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads the rows of a user's month, newest first.
 */
@Repository
public class LedgerReader {

	private static final int FETCH_SIZE = 500;

	/**
	 * The ids of a month lie within two days of it, whatever its zone: that leaves one
	 * partition, or two at its edges.
	 */
	private static final String IN_MONTH = """
			period = ? AND event_id >= uuid_at(?::date::timestamp AT TIME ZONE 'UTC' - interval '2 days')
				AND event_id < uuid_at((?::date + interval '1 month')::timestamp AT TIME ZONE 'UTC' + interval '2 days')""";

	private static final String OF_ONE_MONTH = "FROM ledger WHERE " + IN_MONTH;

	private static final String OF_A_MONTH = "FROM ledger WHERE user_id = ? AND " + IN_MONTH;

	/** A call's corrections share its time bits, so the primary key finds them. */
	private static final String COSTS = """
			SELECT *, coalesce(cost_nanos, 0) + coalesce((SELECT sum(a.cost_nanos) FROM ledger a
				WHERE a.event_id >= (substr(l.event_id::text, 1, 13) || '-0000-0000-000000000000')::uuid
					AND a.event_id <= (substr(l.event_id::text, 1, 13) || '-ffff-ffff-ffffffffffff')::uuid
					AND a.kind = 'adjusted' AND a.call_id = l.call_id AND a.job <> ?), 0)::bigint AS cost_so_far
			FROM ledger l WHERE\040""" + IN_MONTH + """
			\040AND kind = 'settled' AND provider = ? AND model = ? AND event_id > ? ORDER BY event_id LIMIT ?""";

	private final JdbcTemplate jdbc;

	LedgerReader(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * At most {@code most} rows.
	 * @param before the event id that all must precede; null for the newest
	 */
	public List<LedgerRow> page(UserId user, YearMonth period, @Nullable UUID before, int most) {
		UUID limit = (before != null) ? before : new UUID(-1L, -1L);
		return this.jdbc.query("SELECT * " + OF_A_MONTH + " AND event_id < ? ORDER BY event_id DESC LIMIT ?",
				LedgerRow::read, user.value(), period.atDay(1), period.atDay(1), period.atDay(1), limit, most);
	}

	/**
	 * All rows, one after the other, without holding them.
	 */
	@Transactional(readOnly = true)
	public void each(UserId user, YearMonth period, Consumer<LedgerRow> consumer) {
		JdbcTemplate streaming = new JdbcTemplate(java.util.Objects.requireNonNull(this.jdbc.getDataSource()));
		streaming.setFetchSize(FETCH_SIZE);
		RowCallbackHandler handler = (row) -> consumer.accept(LedgerRow.read(row, 0));
		streaming.query("SELECT * " + OF_A_MONTH + " ORDER BY event_id DESC", handler, user.value(), period.atDay(1),
				period.atDay(1), period.atDay(1));
	}

	/**
	 * At most {@code most} settled calls of a month and model, in the order of their
	 * event ids, with what each costs by now.
	 * @param except the job whose corrections do not count
	 * @param after the event id that all must follow
	 */
	public List<Costed> costs(YearMonth period, String provider, String model, UUID except, UUID after, int most) {
		return this.jdbc.query(COSTS,
				(row, number) -> new Costed(LedgerRow.read(row, number), row.getLong("cost_so_far")), except,
				period.atDay(1), period.atDay(1), period.atDay(1), provider, model, after, most);
	}

	/** How many corrections of a job the ledger has. */
	public long corrections(YearMonth period, UUID job) {
		Long count = this.jdbc.queryForObject("SELECT count(*) " + OF_ONE_MONTH + " AND job = ?", Long.class,
				period.atDay(1), period.atDay(1), period.atDay(1), job);
		return (count != null) ? count : 0;
	}

	/**
	 * A settled call and what it costs by now.
	 *
	 * @param row the call
	 * @param costNanos its cost and all its corrections, in nano-USD
	 */
	public record Costed(LedgerRow row, long costNanos) {

	}

}
