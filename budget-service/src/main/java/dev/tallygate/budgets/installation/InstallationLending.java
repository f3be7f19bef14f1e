package dev.tallygate.budgets.installation;

import dev.tallygate.budgets.installation.Grants.Grant;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The grants of the installation's limit. Whoever asks holds the one row that has the
 * limit; the intake never does.
 */
@Repository
public class InstallationLending {

	private final JdbcClient jdbc;

	private final Installation installation;

	InstallationLending(JdbcClient jdbc, Installation installation) {
		this.jdbc = jdbc;
		this.installation = installation;
	}

	/**
	 * Decides on a gateway's request within the running transaction. One for a month that
	 * is not the current one changes nothing.
	 * @param nanos all that it wants to be allowed to spend in the month
	 */
	public Granted ask(String source, long session, YearMonth period, long ask, long nanos) {
		Installation.Standing standing = this.installation.hold();
		if (standing.limitCents() == null) {
			return new Granted(standing.period(), NanoUsd.ZERO, false);
		}
		Grants before = grants(standing.period(), NanoUsd.ofCents(standing.limitCents()).value(), standing.wanted());
		if (!standing.period().equals(period)) {
			return new Granted(standing.period(), new NanoUsd(before.granted(source)), true);
		}
		Grants after = before.ask(source, session, ask, nanos);
		Grant grant = after.of().get(source);
		if (!after.equals(before) && grant != null) {
			save(period, source, grant);
		}
		if (after.wanted() != before.wanted()) {
			this.jdbc.sql("UPDATE everyone SET installation_wanted = ?").param(after.wanted()).update();
		}
		return new Granted(period, new NanoUsd(after.granted(source)), true);
	}

	private Grants grants(YearMonth period, long limit, boolean wanted) {
		Set<String> open = new HashSet<>(
				this.jdbc.sql("SELECT source FROM gateway_source WHERE closed_at IS NULL").query(String.class).list());
		Map<String, Grant> of = new HashMap<>();
		this.jdbc.sql("SELECT source, nanos, session, ask FROM installation_grant WHERE period = ?")
			.param(period.toString())
			.query((rs) -> {
				of.put(rs.getString(1), new Grant(rs.getLong(2), rs.getLong(3), rs.getLong(4)));
			});
		return new Grants(limit, wanted, open, counted(period), of);
	}

	private Map<String, Long> counted(YearMonth period) {
		Map<String, Long> counted = new HashMap<>();
		this.jdbc.sql("""
				SELECT source, greatest(-9223372036854775808, least(9223372036854775807, sum(spent_nanos)))::bigint
				  FROM installation_spend WHERE period = ? GROUP BY source
				""").param(period.toString()).query((rs) -> {
			counted.put(rs.getString(1), rs.getLong(2));
		});
		return counted;
	}

	private void save(YearMonth period, String source, Grant grant) {
		this.jdbc.sql("""
				INSERT INTO installation_grant (period, source, nanos, session, ask) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (period, source) DO UPDATE
				   SET nanos = EXCLUDED.nanos, session = EXCLUDED.session, ask = EXCLUDED.ask
				""").params(period.toString(), source, grant.nanos(), grant.session(), grant.ask()).update();
	}

	/** Takes back what a gateway that will never come back was granted. */
	public void takeBack(String source) {
		this.jdbc.sql("DELETE FROM installation_grant WHERE source = ?").param(source).update();
	}

	/**
	 * What is counted of a source in the current month, and up to which of its calls, of
	 * one moment: the running transaction must see one state.
	 */
	public Counted counted(String source, Collection<UserId> users) {
		YearMonth period = this.installation.standing().period();
		Map<UserId, Long> applied = new HashMap<>();
		String[] ids = users.stream().map(UserId::toString).toArray(String[]::new);
		this.jdbc.sql("SELECT user_id, seq FROM applied_source WHERE source = ? AND user_id = ANY (?::uuid[])")
			.params(source, ids)
			.query((rs) -> {
				applied.put(new UserId(rs.getObject(1, UUID.class)), rs.getLong(2));
			});
		return new Counted(period, new NanoUsd(counted(period).getOrDefault(source, 0L)), applied);
	}

	/**
	 * What a source may spend.
	 *
	 * @param period in which month
	 * @param granted how much, all in all, in nano-USD
	 * @param limited whether there is a limit at all
	 */
	public record Granted(YearMonth period, NanoUsd granted, boolean limited) {

	}

	/**
	 * What a source has spent on system keys.
	 *
	 * @param period in which month
	 * @param spent how much of it is counted, in nano-USD
	 * @param applied by user the number of its latest call that is counted in there
	 */
	public record Counted(YearMonth period, NanoUsd spent, Map<UserId, Long> applied) {

	}

}
