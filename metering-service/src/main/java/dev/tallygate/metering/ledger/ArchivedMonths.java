package dev.tallygate.metering.ledger;

import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which months have left the ledger for a file. Their sums answer as before; what needs
 * each call must say so rather than show nothing.
 * <p>
 * They left by the UTC month in which a call opened. The month that a call counts in goes
 * by its budget's zone: the first or last hours of one that is here may have left with
 * its neighbour.
 */
@Component
public class ArchivedMonths {

	private static final String OMIT = " With partial=true the rest is told without them.";

	private static final String UNPRICED = " AND (unpriced_requests > 0 OR partly_priced_requests > 0)";

	/** The broker's clock and the database's differ by less. */
	private static final Duration CLOCKS = Duration.ofHours(1);

	private final JdbcClient jdbc;

	/** Reads over the given connections. */
	public ArchivedMonths(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Nothing, when the month has not left itself.
	 * @throws ProblemException a 409 when it has, or is about to
	 */
	public void requireKept(YearMonth month) {
		if (near(month).contains(month.atDay(1))) {
			throw archived("The calls of " + month
					+ " have been archived: its sums are here, each call is in the file that GET /api/usage/archives names.");
		}
	}

	/**
	 * Nothing, when each call that counts in the month is here, whoever's it is.
	 * @throws ProblemException a 409 when some have left, or are about to
	 */
	public void requireWhole(YearMonth month) {
		refuse(month, lacking(month, "", List.of()), OMIT);
	}

	/**
	 * The same for the calls of one user.
	 * @throws ProblemException a 409 when some have left, or are about to
	 */
	public void requireWhole(YearMonth month, UserId user) {
		refuse(month, lacking(month, " AND user_id = ?", List.of(user.value())), OMIT);
	}

	/**
	 * The same for calls that have no price, or one for a part only.
	 * @throws ProblemException a 409 when some have left, or are about to
	 */
	public void requireUnpriced(YearMonth month) {
		refuse(month, lacking(month, UNPRICED, List.of()), OMIT);
	}

	/**
	 * The same for the calls of a model, all of which are to be corrected.
	 * @throws ProblemException a 409 when some have left, or are about to
	 */
	public void requireCorrectable(YearMonth month, String provider, String model) {
		refuse(month, lacking(month, provider, model), " What is there of the month cannot be re-rated without them.");
	}

	/**
	 * Nothing, when each correction is here that came in a month for an earlier one.
	 * @throws ProblemException a 409 when some may have left, or may be about to
	 */
	public void requireCorrections(YearMonth month) {
		this.jdbc.sql("""
				SELECT DISTINCT period, provider, model FROM rerate_job WHERE NOT dry_run AND adjusted > 0
					AND period < ? AND created_at < ? AND coalesce(finished_at, now()) >= ?""")
			.params(month.atDay(1), start(month.plusMonths(1), CLOCKS), start(month, CLOCKS.negated()))
			.query((row, number) -> new Corrected(YearMonth.from(row.getObject(1, LocalDate.class)), row.getString(2),
					row.getString(3)))
			.list()
			.forEach((each) -> lacking(each.period(), each.provider(), each.model()).ifPresent((left) -> {
				throw archived("Corrections that came in " + month + " are of calls that opened in " + left
						+ " (UTC), which has been archived: they are in the file that GET /api/usage/archives names."
						+ OMIT);
			}));
	}

	/** The first days of the UTC months that left, of those a month's calls may be in. */
	public List<LocalDate> near(YearMonth month) {
		return this.jdbc
			.sql("SELECT month FROM ledger_archive WHERE state <> 'failed' AND month BETWEEN ? AND ? ORDER BY month")
			.params(month.minusMonths(1).atDay(1), month.plusMonths(1).atDay(1))
			.query((row, number) -> row.getObject(1, LocalDate.class))
			.list();
	}

	private Optional<YearMonth> lacking(YearMonth month, String provider, String model) {
		return lacking(month, " AND provider = ? AND model = ?", List.of(provider, model));
	}

	/** A UTC month that left with calls of a month, as the sums by day know. */
	private Optional<YearMonth> lacking(YearMonth month, String condition, List<Object> values) {
		for (LocalDate first : near(month)) {
			List<Object> parameters = new ArrayList<>(List.of(month.atDay(1), first, first.plusMonths(1)));
			parameters.addAll(values);
			if (!this.jdbc
				.sql("SELECT 1 FROM usage_daily WHERE period = ? AND utc_day >= ? AND utc_day < ?" + condition
						+ " LIMIT 1")
				.params(parameters)
				.query()
				.listOfRows()
				.isEmpty()) {
				return Optional.of(YearMonth.from(first));
			}
		}
		return Optional.empty();
	}

	private static void refuse(YearMonth month, Optional<YearMonth> lacking, String remedy) {
		lacking.ifPresent((left) -> {
			throw archived("Some calls of " + month + " opened in " + left
					+ " (UTC), which has been archived: they are in the file that GET /api/usage/archives names."
					+ remedy);
		});
	}

	private static ProblemException archived(String detail) {
		return new ProblemException(HttpStatus.CONFLICT, "month_archived", detail);
	}

	private static OffsetDateTime start(YearMonth month, Duration later) {
		Instant start = month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
		return start.plus(later).atOffset(ZoneOffset.UTC);
	}

	/** Whether any month has left, or is about to. */
	boolean isAny() {
		return this.jdbc.sql("SELECT EXISTS (SELECT FROM ledger_archive WHERE state <> 'failed')")
			.query(Boolean.class)
			.single();
	}

	/** What a re-rating has corrected. */
	private record Corrected(YearMonth period, String provider, String model) {

	}

}
