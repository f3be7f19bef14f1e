package dev.tallygate.metering.rerating;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.Outbox;
import dev.tallygate.metering.ledger.LedgerReader;
import dev.tallygate.metering.ledger.LongStatements;
import dev.tallygate.pricing.PriceRowJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps jobs and takes each a step further. What a step publishes and how far it got
 * commit together, so a job that was cut off goes on where it was. A job is done when the
 * ledger has all its corrections, and only then may another of the same month and model
 * begin: it would count what the first has corrected.
 */
@Repository
class RerateJobs {

	private static final int STEP = 2000;

	private static final int MOST_USERS = 1000;

	/** Where few of a month's many calls are of the model, a step has much to read. */
	private static final Duration LONGEST_STEP = Duration.ofMinutes(10);

	/**
	 * Corrections that have not come for so long never will, unless they are on their way
	 * still: then it is the way that is cut off, and they come when it is mended.
	 */
	private static final Duration ARRIVAL = Duration.ofMinutes(10);

	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private static final TypeReference<List<PriceRowJson>> ROWS = new TypeReference<>() {
	};

	private final JdbcTemplate connections;

	private final JdbcClient jdbc;

	private final LedgerReader ledger;

	private final Outbox outbox;

	private final OnTheWay onTheWay;

	RerateJobs(JdbcTemplate connections, LedgerReader ledger, Outbox outbox, OnTheWay onTheWay) {
		this.connections = connections;
		this.jdbc = JdbcClient.create(connections);
		this.ledger = ledger;
		this.outbox = outbox;
		this.onTheWay = onTheWay;
	}

	/** A new job, or the one that is under way for the same month and model. */
	@Transactional
	RerateJob open(YearMonth period, PriceSource.Priced priced, String reason, boolean dryRun, UserId by) {
		this.jdbc
			.sql("""
					INSERT INTO rerate_job (id, period, provider, model, reason, price_version, prices, dry_run, requested_by, total)
					SELECT :id, :period, :provider, :model, :reason, :version, :prices::jsonb, :dryRun, :by,
						coalesce(sum(request_count + failed_requests), 0)
					FROM usage_daily WHERE period = :period AND provider = :provider AND model = :model
					ON CONFLICT (period, provider, model, dry_run) WHERE state IN ('running', 'applying') DO NOTHING""")
			.param("id", UuidV7.next())
			.param("period", period.atDay(1))
			.param("provider", priced.provider())
			.param("model", priced.model())
			.param("reason", reason)
			.param("version", priced.prices().version())
			.param("prices", JSON.writeValueAsString(priced.prices().rows()))
			.param("dryRun", dryRun)
			.param("by", by.value())
			.update();
		return this.jdbc.sql("""
				SELECT * FROM rerate_job WHERE period = ? AND provider = ? AND model = ? AND dry_run = ?
				ORDER BY created_at DESC LIMIT 1""")
			.params(period.atDay(1), priced.provider(), priced.model(), dryRun)
			.query(RerateJobs::read)
			.single();
	}

	/** Who was called for a model in a month. */
	List<String> providersOf(YearMonth period, String model) {
		return this.jdbc
			.sql("SELECT DISTINCT provider FROM usage_daily WHERE period = ? AND model = ? ORDER BY provider")
			.params(period.atDay(1), model)
			.query((row, number) -> row.getString(1))
			.list();
	}

	/** A job with its users. */
	Optional<RerateJob> find(UUID id) {
		return this.jdbc.sql("SELECT * FROM rerate_job WHERE id = ?")
			.param(id)
			.query(RerateJobs::read)
			.optional()
			.map((job) -> job.with(usersOf(id)));
	}

	private List<RerateJob.UserShare> usersOf(UUID id) {
		return this.jdbc.sql("""
				SELECT user_id, calls, delta_nanos FROM rerate_user WHERE job = ?
				ORDER BY abs(delta_nanos) DESC, user_id LIMIT ?""").params(id, MOST_USERS).query((row, number) -> {
			NanoUsd delta = new NanoUsd(row.getLong(3));
			return new RerateJob.UserShare(row.getObject(1, UUID.class), row.getLong(2), delta, delta.toUsd());
		}).list();
	}

	/** Those that are not over, the oldest first. */
	List<UUID> open() {
		return this.jdbc.sql("SELECT id FROM rerate_job WHERE state IN ('running', 'applying') ORDER BY created_at")
			.query((row, number) -> row.getObject(1, UUID.class))
			.list();
	}

	/**
	 * Takes a job a step further, unless another instance has it.
	 * @return whether there is more to do right now
	 */
	@Transactional
	boolean step(UUID id) {
		LongStatements.allow(this.connections, LONGEST_STEP);
		Optional<RerateJob> job = this.jdbc
			.sql("SELECT * FROM rerate_job WHERE id = ? AND state IN ('running', 'applying') FOR UPDATE SKIP LOCKED")
			.param(id)
			.query(RerateJobs::read)
			.optional();
		return job.isPresent()
				&& ((job.get().state() == RerateJob.State.RUNNING) ? examine(job.get()) : finish(job.get()));
	}

	private boolean examine(RerateJob job) {
		List<LedgerReader.Costed> calls = this.ledger.costs(job.period(), job.provider(), job.model(), job.id(),
				job.reached(), STEP);
		Recalculation recalculation = job.recalculation();
		List<UsageAdjusted> corrections = new ArrayList<>();
		List<Outbox.Keyed> events = new ArrayList<>();
		int skipped = 0;
		Instant now = Instant.now();
		for (LedgerReader.Costed call : calls) {
			switch (recalculation.of(call, now)) {
				case Recalculation.Right _ -> {
				}
				case Recalculation.Skipped _ -> skipped++;
				case Recalculation.Correction correction -> {
					corrections.add(correction.event().data());
					events.add(new Outbox.Keyed(correction.event().data().userId().toString(), correction.event()));
				}
			}
		}
		if (!events.isEmpty() && !job.dryRun()) {
			this.outbox.appendAll(Topics.USAGE, events);
		}
		addUsers(job, corrections);
		boolean more = calls.size() == STEP;
		LedgerReader.Place reached = calls.isEmpty() ? job.reached() : calls.getLast().place();
		this.jdbc.sql("""
				UPDATE rerate_job SET reached = ?, reached_user = ?, examined = examined + ?, adjusted = adjusted + ?,
					skipped = skipped + ?, delta_nanos = delta_nanos + ?, state = ?, moved_at = now(),
					finished_at = CASE WHEN ? THEN now() END WHERE id = ?""")
			.params(reached.event(), reached.user(), calls.size(), corrections.size(), skipped, sum(corrections),
					more ? "running" : job.dryRun() ? "done" : "applying", !more && job.dryRun(), job.id())
			.update();
		return more;
	}

	private void addUsers(RerateJob job, List<UsageAdjusted> corrections) {
		Map<UserId, List<UsageAdjusted>> byUser = new HashMap<>();
		corrections.forEach((each) -> byUser.computeIfAbsent(each.userId(), (key) -> new ArrayList<>()).add(each));
		byUser.forEach((user, own) -> this.jdbc.sql("""
				INSERT INTO rerate_user AS u (job, user_id, calls, delta_nanos) VALUES (?, ?, ?, ?)
				ON CONFLICT (job, user_id) DO UPDATE SET calls = u.calls + excluded.calls,
					delta_nanos = u.delta_nanos + excluded.delta_nanos""")
			.params(job.id(), user.value(), own.size(), sum(own))
			.update());
	}

	private static long sum(List<UsageAdjusted> corrections) {
		return corrections.stream().mapToLong((each) -> each.deltaNanos().value()).reduce(0, Math::addExact);
	}

	private boolean finish(RerateJob job) {
		// Looked at before they are counted: the last of them may come in between.
		boolean noMoreCome = isLate(job) && !this.onTheWay.isAnything();
		long arrived = this.ledger.corrections(job.id());
		if (arrived >= job.adjusted()) {
			this.jdbc.sql("""
					UPDATE rerate_job SET state = CASE WHEN failure IS NULL THEN 'done' ELSE 'failed' END, arrived = ?,
						finished_at = now() WHERE id = ?""").params(arrived, job.id()).update();
			return true;
		}
		this.jdbc
			.sql("""
					UPDATE rerate_job SET arrived = :arrived, moved_at = CASE WHEN arrived < :arrived THEN now() ELSE moved_at END
					WHERE id = :id""")
			.param("arrived", arrived)
			.param("id", job.id())
			.update();
		if (noMoreCome) {
			String lost = (job.adjusted() - arrived) + " of " + job.adjusted()
					+ " corrections have not come to the ledger: look at the dead letters, then ask again";
			this.jdbc.sql("UPDATE rerate_job SET state = 'failed', finished_at = now(), failure = ? WHERE id = ?")
				.params((job.failure() != null) ? job.failure() + "; " + lost : lost, job.id())
				.update();
		}
		return false;
	}

	private boolean isLate(RerateJob job) {
		return this.jdbc.sql("SELECT moved_at < now() - make_interval(secs => ?) FROM rerate_job WHERE id = ?")
			.params(ARRIVAL.toSeconds(), job.id())
			.query(Boolean.class)
			.single();
	}

	/**
	 * Ends a job that cannot go on. What it has published is waited for first: the next
	 * one must count it.
	 */
	@Transactional
	void fail(UUID id, String failure) {
		int published = this.jdbc.sql("""
				UPDATE rerate_job SET failure = :failure, moved_at = now(), state = 'applying'
				WHERE id = :id AND state = 'running' AND adjusted > 0 AND NOT dry_run""")
			.param("failure", failure)
			.param("id", id)
			.update();
		if (published == 0) {
			this.jdbc.sql("""
					UPDATE rerate_job SET state = 'failed', failure = ?, finished_at = now()
					WHERE id = ? AND state IN ('running', 'applying')""").params(failure, id).update();
		}
	}

	private static RerateJob read(ResultSet row, int number) throws SQLException {
		NanoUsd delta = new NanoUsd(row.getLong("delta_nanos"));
		OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
		boolean dryRun = row.getBoolean("dry_run");
		return new RerateJob(row.getObject("id", UUID.class), YearMonth.from(row.getObject("period", LocalDate.class)),
				row.getString("provider"), row.getString("model"), row.getString("reason"),
				row.getString("price_version"), dryRun,
				RerateJob.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), row.getString("failure"),
				row.getLong("total"), row.getLong("examined"), row.getLong("adjusted"),
				dryRun ? 0 : row.getLong("adjusted"), row.getLong("skipped"), delta, delta.toUsd(),
				row.getObject("created_at", OffsetDateTime.class).toInstant(),
				(finished != null) ? finished.toInstant() : null, List.of(),
				JSON.readValue(row.getString("prices"), ROWS), new LedgerReader.Place(
						row.getObject("reached_user", UUID.class), row.getObject("reached", UUID.class)));
	}

}
