package dev.tallygate.budgets.installation;

import dev.tallygate.budgets.account.Thresholds;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.NanoUsd;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The limit on all spend of system keys together and the ceiling for everyone: one row,
 * seldom written.
 */
@Repository
public class Installation {

	/** What is read is of one moment, by the clock of the database. */
	private static final String READ = """
			SELECT e.*, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS version, p.period,
			       greatest(-9223372036854775808, least(9223372036854775807, coalesce((
			         SELECT sum(spent_nanos) FROM installation_spend AS s WHERE s.period = p.period), 0)))::bigint AS spent
			  FROM everyone AS e CROSS JOIN (SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS period) AS p
			""";

	private final JdbcClient jdbc;

	Installation(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * How it stands.
	 */
	public Standing standing() {
		return this.jdbc.sql(READ).query((rs, i) -> standing(rs)).single();
	}

	private static Standing standing(ResultSet rs) throws SQLException {
		YearMonth period = YearMonth.parse(rs.getString("period"));
		return new Standing(rs.getLong("version"), period, cents(rs, "installation_cents"),
				enforcement(rs, "installation_enforcement"),
				new Thresholds(Arrays.stream((Object[]) rs.getArray("installation_thresholds").getArray())
					.map((each) -> ((Number) each).intValue())
					.toList()),
				new NanoUsd(rs.getLong("spent")), cents(rs, "default_cents"), enforcement(rs, "default_enforcement"),
				rs.getBoolean("installation_wanted"));
	}

	/**
	 * How it stands, and stays but for the spend until the running transaction ends: of
	 * two who change a limit at once the later sees what the earlier has made of it, and
	 * no grant is given meanwhile.
	 */
	public Standing hold() {
		this.jdbc.sql("SELECT one FROM everyone FOR UPDATE").query().listOfRows();
		return standing();
	}

	/**
	 * Sets the limit on all spend of system keys, which is held. What is granted beyond a
	 * lowered one is wanted back.
	 */
	public void limit(@Nullable Long cents, Enforcement enforcement, Thresholds thresholds) {
		this.jdbc.sql("""
				UPDATE everyone SET installation_cents = ?, installation_enforcement = ?,
				  installation_thresholds = ?::smallint[],
				  installation_wanted = coalesce(?::numeric * 10000000 < (
				    SELECT sum(g.nanos) FROM installation_grant AS g JOIN gateway_source AS s ON s.source = g.source
				     WHERE s.closed_at IS NULL AND g.period = to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM')), false)
				""")
			.param(cents)
			.param(enforcement.name().toLowerCase(Locale.ROOT))
			.param(thresholds.percents().stream().map(String::valueOf).toArray(String[]::new))
			.param(cents)
			.update();
	}

	/**
	 * Sets the ceiling of whoever has none, which is held.
	 */
	public void ceiling(@Nullable Long cents, Enforcement enforcement) {
		this.jdbc.sql("UPDATE everyone SET default_cents = ?, default_enforcement = ?")
			.param(cents)
			.param(enforcement.name().toLowerCase(Locale.ROOT))
			.update();
	}

	private static @Nullable Long cents(ResultSet rs, String column) throws SQLException {
		long value = rs.getLong(column);
		return rs.wasNull() ? null : value;
	}

	private static Enforcement enforcement(ResultSet rs, String column) throws SQLException {
		return Enforcement.valueOf(rs.getString(column).toUpperCase(Locale.ROOT));
	}

	/**
	 * How the installation stands at a moment.
	 *
	 * @param version in milliseconds by the clock of the database
	 * @param period the month in UTC
	 * @param limitCents the limit in US cents; null for none
	 * @param enforcement what happens there
	 * @param thresholds when to alert
	 * @param spent spent on system keys in the month
	 * @param defaultCents the ceiling of whoever has none, in US cents; null for none
	 * @param defaultEnforcement what happens there
	 * @param wanted whether a gateway could not get what it asked of the limit
	 */
	public record Standing(long version, YearMonth period, @Nullable Long limitCents, Enforcement enforcement,
			Thresholds thresholds, NanoUsd spent, @Nullable Long defaultCents, Enforcement defaultEnforcement,
			boolean wanted) {

		/** The first instant of the month. */
		public Instant periodStart() {
			return this.period.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
		}

		/** The first instant of the next month. */
		public Instant periodEnd() {
			return this.period.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
		}

		InstallationStatus told() {
			return new InstallationStatus(this.version, this.period, periodEnd(), this.limitCents, this.enforcement,
					this.spent, this.defaultCents, this.defaultEnforcement, this.wanted);
		}

		boolean saysTheSameAs(@Nullable Standing other) {
			return other != null && told().equals(other.withVersion(this.version).told());
		}

		private Standing withVersion(long other) {
			return new Standing(other, this.period, this.limitCents, this.enforcement, this.thresholds, this.spent,
					this.defaultCents, this.defaultEnforcement, this.wanted);
		}

	}

}
