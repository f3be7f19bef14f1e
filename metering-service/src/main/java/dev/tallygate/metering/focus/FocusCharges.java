package dev.tallygate.metering.focus;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads charges, some users at a time. Every row of the ledger is in the charges of
 * exactly one month: a call in its own, a correction in its call's while that runs, and
 * in the one it came in when it came later.
 */
@Repository
class FocusCharges {

	private static final String IN_MONTH = """
			period = :period
			AND event_id >= uuid_at(CAST(:period AS date)::timestamp AT TIME ZONE 'UTC' - interval '2 days')
			AND event_id < uuid_at((CAST(:period AS date) + interval '1 month')::timestamp AT TIME ZONE 'UTC' + interval '2 days')
			AND user_id > :after AND user_id <= :last""";

	private static final String CALLS = """
			SELECT day, user_id, api_key_id, provider, model, credential, c.meter, sum(c.quantity) AS quantity, sum(c.cost) AS cost,
				false AS correction, false AS closed
			FROM ledger l CROSS JOIN LATERAL (
				SELECT e ->> 'meter' AS meter, (e ->> 'quantity')::numeric AS quantity,
					CASE WHEN l.charges IS NULL THEN l.cost_nanos ELSE (e ->> 'costNanos')::numeric END AS cost
				FROM jsonb_array_elements(coalesce(l.charges, '[null]')) AS e) c
			WHERE\040"""
			+ IN_MONTH
			+ """
					\040AND kind = 'settled' AND status <> 'failed' AND cost_nanos IS NOT NULL
					GROUP BY day, user_id, api_key_id, provider, model, credential, c.meter
					UNION ALL
					SELECT day, user_id, api_key_id, provider, model, credential, NULL, NULL, sum(cost_nanos), true, false
					FROM ledger WHERE\040"""
			+ IN_MONTH
			+ """
					\040AND kind = 'adjusted' AND recorded_at < :end GROUP BY day, user_id, api_key_id, provider, model, credential
					ORDER BY user_id, day, provider, model, api_key_id, meter""";

	private static final String LATE = """
			SELECT day, user_id, api_key_id, provider, model, credential, NULL AS meter, NULL AS quantity, sum(cost_nanos) AS cost,
				true AS correction, true AS closed
			FROM ledger WHERE kind = 'adjusted' AND recorded_at >= :start AND recorded_at < :end AND period < :period
			GROUP BY day, user_id, api_key_id, provider, model, credential ORDER BY user_id, day, provider, model, api_key_id""";

	private final JdbcClient jdbc;

	FocusCharges(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** The next users of a month, in the order of their ids. */
	List<UUID> users(YearMonth period, UUID after, int most) {
		return this.jdbc
			.sql("SELECT DISTINCT user_id FROM usage_daily WHERE period = ? AND user_id > ? ORDER BY user_id LIMIT ?")
			.params(period.atDay(1), after, most)
			.query((row, number) -> row.getObject(1, UUID.class))
			.list();
	}

	/** What the calls of the month came to, and corrections that came while it ran. */
	List<FocusCharge> of(YearMonth period, UUID after, UUID last) {
		return this.jdbc.sql(CALLS)
			.param("period", period.atDay(1))
			.param("after", after)
			.param("last", last)
			.param("end", start(period.plusMonths(1)))
			.query(FocusCharges::read)
			.list();
	}

	/** Corrections of earlier months that came in this one. */
	List<FocusCharge> late(YearMonth period) {
		return this.jdbc.sql(LATE)
			.param("period", period.atDay(1))
			.param("start", start(period))
			.param("end", start(period.plusMonths(1)))
			.query(FocusCharges::read)
			.list();
	}

	private static OffsetDateTime start(YearMonth period) {
		return period.atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC);
	}

	private static FocusCharge read(ResultSet row, int number) throws SQLException {
		return new FocusCharge(row.getObject("day", LocalDate.class), row.getObject("user_id", UUID.class),
				row.getObject("api_key_id", UUID.class), row.getString("provider"), row.getString("model"),
				row.getString("credential"), row.getString("meter"), row.getBigDecimal("quantity"),
				row.getObject("cost", BigDecimal.class), row.getBoolean("correction"), row.getBoolean("closed"));
	}

}
