package dev.tallygate.metering.audit;

import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.metering.ledger.Aggregates;
import dev.tallygate.metering.ledger.LongStatements;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts the ledger's new rows for the audit, each once. A batch is counted when every
 * transaction has ended that was under way when its number was the last one: only then is
 * it certain that no lower number is still to come.
 * <p>
 * Where other machines keep the ledger's rows, a transaction that has ended here may be
 * about to end there: it was prepared there before. So the same is waited for on each of
 * them, from when it was seen to have ended here.
 */
@Component
class AuditCheckpoint extends BackgroundLoop {

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	/**
	 * Of a burst, what autovacuum has not told the index of batches about is read again
	 * every time, and sums by day are written again: seldom is cheap, and an audit reads
	 * the rows of so long within a second.
	 */
	private static final Duration INTERVAL = Duration.ofSeconds(15);

	private static final String LAST = """
			SELECT last_value, pg_snapshot_xmax(pg_current_snapshot())::text::bigint
			FROM ledger_batch_number WHERE is_called""";

	private static final String NODES = "SELECT node, oldest, next FROM ledger_nodes()";

	/** After an upgrade there may be millions of rows to count. */
	private static final Duration LONGEST = Duration.ofHours(1);

	private final JdbcTemplate connections;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private @Nullable Mark pending;

	AuditCheckpoint(JdbcTemplate connections, PlatformTransactionManager transactions) {
		super("audit-checkpoint", RETRY_DELAY, INTERVAL);
		this.connections = connections;
		this.jdbc = JdbcClient.create(connections);
		this.transaction = new TransactionTemplate(transactions);
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			advance();
			succeeded();
			pause(INTERVAL);
		}
	}

	/** Counts what is certain by now, and marks what will be next time. */
	void advance() {
		Mark mark = this.pending;
		if (mark != null) {
			if (oldestRunning() < mark.horizon()) {
				return;
			}
			Mark ended = (mark.nodes() != null) ? mark : mark.onNodes(nodes());
			this.pending = ended;
			if (!ended.isVisibleOn(nodes())) {
				return;
			}
			this.transaction.executeWithoutResult((status) -> count(mark.batch()));
		}
		this.pending = this.jdbc.sql(LAST)
			.query((row, number) -> new Mark(row.getLong(1), row.getLong(2), null))
			.optional()
			.orElse(null);
	}

	private List<Node> nodes() {
		return this.jdbc.sql(NODES)
			.query((row, number) -> new Node(row.getString(1), row.getLong(2), row.getLong(3)))
			.list();
	}

	private long oldestRunning() {
		return this.jdbc.sql("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").query(Long.class).single();
	}

	private void count(long to) {
		Optional<Long> from = this.jdbc.sql("SELECT batch FROM ledger_checkpoint FOR UPDATE SKIP LOCKED")
			.query(Long.class)
			.optional();
		if (from.isEmpty() || from.get() >= to) {
			return;
		}
		LongStatements.allow(this.connections, LONGEST);
		withoutSorting();
		this.jdbc.sql(Aggregates.addTo("ledger_verified", "ledger WHERE batch > :from AND batch <= :to"))
			.param("from", from.get())
			.param("to", to)
			.update();
		this.jdbc.sql("UPDATE ledger_checkpoint SET batch = ?, counted_at = now()").param(to).update();
	}

	/**
	 * Of rows that have just come the planner knows neither how many they are nor how few
	 * days they sum up to, and would sort them by nine columns, with the help of other
	 * processes.
	 */
	private void withoutSorting() {
		this.jdbc.sql("SET LOCAL enable_sort = off").update();
		this.jdbc.sql("SET LOCAL work_mem = '32MB'").update();
		this.jdbc.sql("SET LOCAL max_parallel_workers_per_gather = 0").update();
	}

	/**
	 * A batch.
	 *
	 * @param horizon the first transaction here that began after its number was given
	 * @param nodes how the other machines were after all transactions before that one had
	 * ended here; null while one has not
	 */
	private record Mark(long batch, long horizon, @Nullable List<Node> nodes) {

		Mark onNodes(List<Node> now) {
			return new Mark(this.batch, this.horizon, now);
		}

		/** Whether all that was under way on each of them then has ended since. */
		boolean isVisibleOn(List<Node> now) {
			Map<String, Long> oldest = now.stream().collect(Collectors.toMap(Node::node, Node::oldest));
			return Objects.requireNonNull(this.nodes)
				.stream()
				.allMatch((node) -> oldest.getOrDefault(node.node(), 0L) >= node.next());
		}

	}

	/**
	 * Another machine.
	 *
	 * @param oldest the oldest transaction under way
	 * @param next the first that has not begun
	 */
	private record Node(String node, long oldest, long next) {

	}

}
