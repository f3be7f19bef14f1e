package dev.tallygate.budgets.lease;

import dev.tallygate.budgets.installation.InstallationLending;
import dev.tallygate.security.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The gateways that may have lines, by the source of their spool.
 */
@Repository
class Gateways {

	private final JdbcClient jdbc;

	private final InstallationLending installation;

	private final Clock clock;

	Gateways(JdbcClient jdbc, InstallationLending installation, Clock clock) {
		this.jdbc = jdbc;
		this.installation = installation;
		this.clock = clock;
	}

	/**
	 * Registers the process that has the source's spool now. Requests under way from an
	 * earlier one are over from then on: it waits for those that have begun.
	 * @return its session; the same one when it asks again
	 */
	long register(String source, UUID process) {
		return this.jdbc
			.sql("""
					INSERT INTO gateway_source AS s (source, process, session, since, seen_at)
					SELECT ?, ?, n, n, ? FROM nextval('gateway_epoch') AS n
					ON CONFLICT (source) DO UPDATE SET
					  session = CASE WHEN s.process = EXCLUDED.process AND s.closed_at IS NULL THEN s.session ELSE EXCLUDED.session END,
					  since = CASE WHEN s.closed_at IS NULL THEN s.since ELSE EXCLUDED.since END,
					  process = EXCLUDED.process, seen_at = EXCLUDED.seen_at, closed_at = NULL
					RETURNING session
					""")
			.params(source, process, this.clock.instant().atOffset(ZoneOffset.UTC))
			.query(Long.class)
			.single();
	}

	/**
	 * Makes sure that this is the session of the source; it stays so until the running
	 * transaction ends.
	 * @throws ProblemException a 409 when it is not, or not any more
	 */
	void requireCurrent(String source, long session) {
		if (!isCurrent(source, session)) {
			throw new ProblemException(HttpStatus.CONFLICT, "session_over",
					"This source has registered anew or was closed. Register again.");
		}
	}

	/**
	 * Does something in a transaction in which this is the session of the source.
	 * @throws ProblemException a 409 when it is not, or not any more
	 */
	<T> T inSession(TransactionTemplate transaction, String source, long session, Supplier<T> work) {
		T result = transaction.execute((status) -> {
			requireCurrent(source, session);
			return work.get();
		});
		return Objects.requireNonNull(result);
	}

	private boolean isCurrent(String source, long session) {
		return this.jdbc.sql("SELECT session FROM gateway_source WHERE source = ? AND closed_at IS NULL FOR SHARE")
			.param(source)
			.query(Long.class)
			.optional()
			.filter((current) -> current == session)
			.isPresent();
	}

	/**
	 * Takes back what a gateway that will never come back has: nobody may spend under it.
	 * @return whether there was one
	 */
	@Transactional
	public boolean close(String source) {
		boolean closed = this.jdbc.sql("UPDATE gateway_source SET closed_at = ? WHERE source = ? AND closed_at IS NULL")
			.params(this.clock.instant().atOffset(ZoneOffset.UTC), source)
			.update() > 0;
		this.installation.takeBack(source);
		this.jdbc.sql("DELETE FROM open_calls WHERE source = ?").param(source).update();
		return closed;
	}

	/**
	 * At most {@code most}, in the order of their names.
	 * @param after the name that all must follow; empty for the first page
	 */
	List<Gateway> page(String after, int most) {
		return this.jdbc.sql("""
				SELECT s.source, s.session, s.seen_at, s.closed_at, o.told_at,
				       s.closed_at IS NULL AND greatest(o.told_at, s.seen_at) < now() - make_interval(secs => ?)
				  FROM gateway_source AS s LEFT JOIN open_calls AS o USING (source)
				 WHERE s.source COLLATE "C" > ? ORDER BY s.source COLLATE "C" LIMIT ?
				""")
			.params(OpenCalls.BELIEVED.toSeconds(), after, most)
			.query((rs, i) -> new Gateway(rs.getString(1), rs.getLong(2),
					rs.getObject(3, OffsetDateTime.class).toInstant(), instant(rs.getObject(4, OffsetDateTime.class)),
					instant(rs.getObject(5, OffsetDateTime.class)), rs.getBoolean(6)))
			.list();
	}

	private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

	/**
	 * A gateway as an operator sees it.
	 *
	 * @param heardAt when it last told what is open there; null before it has
	 * @param silent whether that, or its registration, is longer ago than a gateway that
	 * lives lets pass
	 */
	record Gateway(String source, long session, Instant registeredAt, @Nullable Instant closedAt,
			@Nullable Instant heardAt, boolean silent) {

	}

}
