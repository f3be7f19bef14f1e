package dev.tallygate.keys.vault;

import dev.tallygate.security.seal.SealingKey;
import dev.tallygate.security.seal.SealingKeys;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Wraps every record's data key under the first master key, batch by batch, while the
 * service goes on. How far it has come is in the records themselves, so it can be killed
 * at any point, run again, and run by several processes at once.
 */
@Component
class Rewrap {

	private static final Logger logger = LoggerFactory.getLogger(Rewrap.class);

	private static final int BATCH = 100;

	private static final UUID BEGINNING = new UUID(0, 0);

	private final JdbcClient jdbc;

	private final Vault vault;

	private final SealingKeys masterKeys;

	private final TransactionTemplate transaction;

	private final Clock clock;

	private final AtomicBoolean running = new AtomicBoolean();

	private volatile @Nullable Progress progress;

	Rewrap(JdbcClient jdbc, Vault vault, SealingKeys masterKeys, TransactionTemplate transaction, MeterRegistry meters,
			Clock clock) {
		this.jdbc = jdbc;
		this.vault = vault;
		this.masterKeys = masterKeys;
		this.transaction = transaction;
		this.clock = clock;
		for (SealingKey key : masterKeys.all()) {
			Gauge.builder("tallygate.vault.records", () -> recordsUnder(key.id()))
				.tag("master_key", key.id())
				.description("Records whose data key this master key wraps")
				.register(meters);
		}
	}

	private long recordsUnder(String id) {
		return this.jdbc.sql("SELECT count(*) FROM sealed_secret WHERE master_key_id = ?")
			.param(id)
			.query(Long.class)
			.single();
	}

	/** Starts in the background; does nothing when it is under way in this process. */
	void start() {
		if (this.running.compareAndSet(false, true)) {
			this.progress = new Progress(true, this.clock.instant(), null, 0, 0, null);
			Thread.ofVirtual().name("rewrap").start(this::run);
		}
	}

	private void run() {
		Progress last = new Progress(true, this.clock.instant(), null, 0, 0, null);
		try {
			last = rewrapAll(last);
			this.progress = last.ended(this.clock.instant(), null);
			logger.info("Re-wrapped {} records, {} do not decrypt", last.rewrapped(), last.undecryptable());
		}
		catch (RuntimeException | Error ex) {
			Progress current = this.progress;
			this.progress = ((current != null) ? current : last).ended(this.clock.instant(), "failed; start it again");
			logger.error("Re-wrapping stopped: {}", ex.getClass().getName());
		}
		finally {
			this.running.set(false);
		}
	}

	/** Passes over all records until a pass finds nothing to do. */
	private Progress rewrapAll(Progress begun) {
		Progress sum = begun;
		while (true) {
			long before = sum.rewrapped();
			long failed = 0;
			UUID after = BEGINNING;
			Batch batch;
			do {
				UUID from = after;
				batch = Objects.requireNonNull(this.transaction.execute((status) -> batch(from)));
				after = batch.last();
				failed += batch.undecryptable();
				sum = new Progress(true, begun.startedAt(), null, sum.rewrapped() + batch.rewrapped(), failed, null);
				this.progress = sum;
			}
			while (batch.size() > 0);
			if (sum.rewrapped() == before) {
				return sum;
			}
		}
	}

	private Batch batch(UUID after) {
		List<SealedSecrets.Stored> records = this.jdbc.sql("""
				SELECT * FROM sealed_secret WHERE master_key_id <> ? AND id > ?
				ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED""")
			.params(this.masterKeys.first().id(), after, BATCH)
			.query(SealedSecrets::read)
			.list();
		long rewrapped = 0;
		UUID last = after;
		for (SealedSecrets.Stored stored : records) {
			rewrapped += rewrap(stored) ? 1 : 0;
			last = stored.binding().id();
		}
		return new Batch(records.size(), rewrapped, records.size() - rewrapped, last);
	}

	private boolean rewrap(SealedSecrets.Stored stored) {
		try {
			Sealed sealed = this.vault.rewrap(stored.binding(), stored.sealed());
			return this.jdbc.sql("""
					UPDATE sealed_secret SET master_key_id = ?, wrapped_key = ?
					WHERE id = ? AND version = ? AND master_key_id = ?""")
				.params(sealed.masterKeyId(), sealed.wrappedKey(), stored.binding().id(), stored.binding().version(),
						stored.sealed().masterKeyId())
				.update() == 1;
		}
		catch (UndecryptableException ex) {
			return false;
		}
	}

	@Nullable Progress progress() {
		return this.progress;
	}

	/** Rows per master key, those included that are not configured here. */
	List<Usage> usage() {
		String first = this.masterKeys.first().id();
		return this.jdbc.sql("""
				SELECT coalesce(k.id, s.master_key_id) AS id, count(s.id) AS records
				FROM master_key k FULL JOIN sealed_secret s ON s.master_key_id = k.id GROUP BY 1 ORDER BY 1""")
			.query((row, number) -> new Usage(row.getString("id"), row.getString("id").equals(first),
					this.masterKeys.find(row.getString("id")) != null, row.getLong("records")))
			.list();
	}

	private record Batch(int size, long rewrapped, long undecryptable, UUID last) {

	}

	/**
	 * How far re-wrapping has come in this process.
	 *
	 * @param running whether it is under way
	 * @param startedAt when it was started
	 * @param endedAt when it ended
	 * @param rewrapped how many records it has re-wrapped
	 * @param undecryptable how many it cannot
	 * @param trouble why it stopped; null when it did not or reached the end
	 */
	record Progress(boolean running, Instant startedAt, @Nullable Instant endedAt, long rewrapped, long undecryptable,
			@Nullable String trouble) {

		Progress ended(Instant at, @Nullable String why) {
			return new Progress(false, this.startedAt, at, this.rewrapped, this.undecryptable, why);
		}

	}

	/**
	 * A master key and its use.
	 *
	 * @param id of the key
	 * @param first whether it encrypts
	 * @param configured whether this process has it
	 * @param records how many records need it
	 */
	record Usage(String id, boolean first, boolean configured, long records) {

	}

}
