package dev.tallygate.metering.rerating;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.Outbox;
import dev.tallygate.metering.ledger.LedgerReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps jobs and takes each a step further. What a step publishes and how far it got
 * commit together, so a job that was cut off goes on where it was. A job is done when the
 * ledger has all its corrections, and only then may another begin: it would count what
 * the first has corrected.
 */
@Repository
class RerateJobs {

	private static final int STEP = 500;

	private final JdbcClient jdbc;

	private final LedgerReader ledger;

	private final Outbox outbox;

	RerateJobs(JdbcClient jdbc, LedgerReader ledger, Outbox outbox) {
		this.jdbc = jdbc;
		this.ledger = ledger;
		this.outbox = outbox;
	}

	/** A new job, or the one that is under way for the same month and model. */
	@Transactional
	RerateJob open(YearMonth period, PriceSource.Priced priced, String reason, UserId by) {
		Prices.Price price = priced.price();
		this.jdbc.sql("""
				INSERT INTO rerate_job (id, period, provider, model, reason, price_version, input_nanos, output_nanos,
					cache_read_nanos, cache_write_nanos, requested_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (period, provider, model) WHERE state <> 'done' DO NOTHING""")
			.params(UuidV7.next(), period.atDay(1), price.provider(), price.model(), reason, priced.version(),
					price.inputNanos(), price.outputNanos(), price.cacheReadNanos(), price.cacheWriteNanos(),
					by.value())
			.update();
		return this.jdbc.sql("""
				SELECT * FROM rerate_job WHERE period = ? AND provider = ? AND model = ?
				ORDER BY created_at DESC LIMIT 1""")
			.params(period.atDay(1), price.provider(), price.model())
			.query(RerateJobs::read)
			.single();
	}

	Optional<RerateJob> find(UUID id) {
		return this.jdbc.sql("SELECT * FROM rerate_job WHERE id = ?").param(id).query(RerateJobs::read).optional();
	}

	/**
	 * Takes one job a step further.
	 * @return whether there is more to do right now
	 */
	@Transactional
	boolean step() {
		Optional<RerateJob> open = this.jdbc.sql("""
				SELECT * FROM rerate_job WHERE state <> 'done' ORDER BY state DESC, created_at
				LIMIT 1 FOR UPDATE SKIP LOCKED""").query(RerateJobs::read).optional();
		return open.isPresent() && ("running".equals(open.get().state()) ? examine(open.get()) : finish(open.get()));
	}

	private boolean examine(RerateJob job) {
		List<LedgerReader.Costed> calls = this.ledger.costs(job.period(), job.provider(), job.model(), job.id(),
				job.reached(), STEP);
		List<Outbox.Keyed> corrections = new ArrayList<>();
		long delta = 0;
		for (LedgerReader.Costed call : calls) {
			Optional<CloudEvent<UsageAdjusted>> correction = job.correct((UsageSettled) call.row().data(),
					call.costNanos(), Instant.now());
			if (correction.isPresent()) {
				UsageAdjusted data = correction.get().data();
				corrections.add(new Outbox.Keyed(data.userId().toString(), correction.get()));
				delta = Math.addExact(delta, data.deltaNanos().value());
			}
		}
		if (!corrections.isEmpty()) {
			this.outbox.appendAll(Topics.USAGE, corrections);
		}
		LedgerReader.Place reached = calls.isEmpty() ? job.reached() : calls.getLast().place();
		boolean more = calls.size() == STEP;
		this.jdbc.sql("""
				UPDATE rerate_job SET reached = ?, reached_user = ?, examined = examined + ?, adjusted = adjusted + ?,
					delta_nanos = delta_nanos + ?, state = ? WHERE id = ?""")
			.params(reached.event(), reached.user(), calls.size(), corrections.size(), delta,
					more ? "running" : "applying", job.id())
			.update();
		return more;
	}

	private boolean finish(RerateJob job) {
		if (this.ledger.corrections(job.period(), job.id()) < job.adjusted()) {
			return false;
		}
		this.jdbc.sql("UPDATE rerate_job SET state = 'done', finished_at = now() WHERE id = ?")
			.param(job.id())
			.update();
		return true;
	}

	private static RerateJob read(ResultSet row, int number) throws SQLException {
		NanoUsd delta = new NanoUsd(row.getLong("delta_nanos"));
		OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
		return new RerateJob(row.getObject("id", UUID.class), YearMonth.from(row.getObject("period", LocalDate.class)),
				row.getString("provider"), row.getString("model"), row.getString("reason"),
				row.getString("price_version"), row.getString("state"), row.getLong("examined"),
				row.getLong("adjusted"), delta, delta.toUsd(),
				row.getObject("created_at", OffsetDateTime.class).toInstant(),
				(finished != null) ? finished.toInstant() : null,
				new TokenPrice(row.getLong("input_nanos"), row.getLong("output_nanos"), row.getLong("cache_read_nanos"),
						row.getLong("cache_write_nanos")),
				new LedgerReader.Place(row.getObject("reached_user", UUID.class),
						row.getObject("reached", UUID.class)));
	}

}
