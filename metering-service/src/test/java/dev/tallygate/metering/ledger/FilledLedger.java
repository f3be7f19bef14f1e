package dev.tallygate.metering.ledger;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.MeteringDatabase;
import java.time.YearMonth;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A month of one person's calls, to see how many of its rows are read for a question. A
 * month that is over, so that it is the same on every day.
 */
public final class FilledLedger {

	/** Ten batches of it. */
	public static final int CALLS = 20_000;

	/** 28 days. */
	public static final YearMonth MONTH = YearMonth.of(2026, 2);

	public final UserId user = new UserId(UuidV7.next());

	public final MeteringDatabase database = MeteringDatabase.create();

	private final JdbcClient jdbc = this.database.jdbc();

	/**
	 * Fills it: one call in 2,000 was interrupted, all are of one model but those of the
	 * last minutes of the 3rd, which alone have a tag.
	 */
	public FilledLedger() {
		this.jdbc.sql("SELECT ensure_ledger_partition('2026-02-01')").query().listOfRows();
		this.jdbc
			.sql("""
					INSERT INTO ledger (event_id, kind, call_id, user_id, provider, request_model, model, operation, streamed, credential, status,
						usage_source, input_tokens, output_tokens, cost_nanos, price_version, started_at, finished_at, period, day, utc_day,
						attempts, source, seq, recorded_at, tags, batch)
					SELECT id, 'settled', id, :user, 'openai', 'x', CASE WHEN rare THEN 'rare' ELSE 'usual' END, 'chat', false, 'system',
						CASE WHEN i % 2000 = 7 THEN 'interrupted' ELSE 'completed' END, 'provider', 10, 1, 5, '1', t, t, '2026-02-01',
						(t AT TIME ZONE 'UTC')::date, (t AT TIME ZONE 'UTC')::date, 1, '/gateway/filled/1', i, t,
						CASE WHEN rare THEN '{"team":"night"}'::jsonb END, 1 + i * 10 / :calls
					FROM (SELECT i, t, t >= '2026-02-03T23:50:00Z' AND t < '2026-02-04T00:00:00Z' AS rare,
							(lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(i), 15, '0'))::uuid AS id
						FROM (SELECT i, '2026-02-01T00:00:00Z'::timestamptz + (i::double precision / :calls) * interval '28 days' AS t
							FROM generate_series(0, :calls - 1) i) times) calls""")
			.param("user", this.user.value())
			.param("calls", CALLS)
			.update();
		this.database.transaction()
			.executeWithoutResult((status) -> new Aggregates(this.jdbc, new ArchivedMonths(this.jdbc)).rebuild());
		this.jdbc.sql("SELECT setval('ledger_batch_number', 11)").query().listOfRows();
		this.jdbc.sql("VACUUM ANALYZE").update();
	}

	/** Reads over other connections. */
	public static LedgerReader reader(JdbcClient jdbc) {
		return new LedgerReader(jdbc);
	}

	/**
	 * How many rows of the ledger are read for an answer.
	 */
	public <T> MeteringDatabase.Read<T> reading(Supplier<T> question) {
		return this.database.reading("ledger\\_2%", question);
	}

}
