package dev.tallygate.budgets.installation;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.messaging.Received;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * What was spent on system keys, by month in UTC and by gateway. Each partition of the
 * usage topic has rows of its own (a stripe), which only the intake of that partition
 * changes: so all calls share a sum and none waits for another's. A batch writes a row
 * once.
 */
@Repository
public class InstallationSpend {

	private static final String ADD = """
			INSERT INTO installation_spend (period, stripe, source, spent_nanos) VALUES (?, ?, ?, ?)
			ON CONFLICT (period, stripe, source) DO UPDATE SET spent_nanos = greatest(-9223372036854775808, least(
			  9223372036854775807, installation_spend.spent_nanos::numeric + EXCLUDED.spent_nanos))::bigint
			""";

	/** Of corrections, which no gateway makes. */
	private static final String NO_SOURCE = "";

	private static final Comparator<Stripe> ORDER = Comparator.comparing(Stripe::period)
		.thenComparingInt(Stripe::partition)
		.thenComparing(Stripe::source);

	private final JdbcTemplate batches;

	InstallationSpend(JdbcTemplate batches) {
		this.batches = batches;
	}

	/**
	 * Counts these events, each for the first time, in the running transaction.
	 */
	public void count(Collection<Received> events) {
		Map<Stripe, Long> sums = new TreeMap<>();
		for (Received received : events) {
			switch (received.event().data()) {
				case UsageSettled call when call.credential() == Credential.SYSTEM && call.costNanos() != null ->
					add(sums, call.startedAt(), received.partition(), received.event().source(),
							call.costNanos().value());
				case UsageAdjusted correction when correction.credential() == Credential.SYSTEM ->
					add(sums, correction.callId().openedAt(), received.partition(), NO_SOURCE,
							correction.deltaNanos().value());
				default -> {
				}
			}
		}
		if (!sums.isEmpty()) {
			List<Object[]> rows = new ArrayList<>();
			sums.forEach((stripe, nanos) -> rows
				.add(new Object[] { stripe.period().toString(), stripe.partition(), stripe.source(), nanos }));
			this.batches.batchUpdate(ADD, rows);
		}
	}

	private static void add(Map<Stripe, Long> sums, Instant at, int partition, String source, long nanos) {
		if (nanos != 0) {
			sums.merge(new Stripe(YearMonth.from(at.atZone(ZoneOffset.UTC)), partition, source), nanos, Long::sum);
		}
	}

	/** In the order in which rows are locked. */
	private record Stripe(YearMonth period, int partition, String source) implements Comparable<Stripe> {

		@Override
		public int compareTo(Stripe other) {
			return ORDER.compare(this, other);
		}

	}

}
