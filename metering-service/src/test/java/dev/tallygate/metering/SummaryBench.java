package dev.tallygate.metering;

import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Role;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * P8: what a person's month costs with a long ledger, and with one many times as long.
 * Not run with the tests; see {@code bench/p8-summary.sh}.
 */
class SummaryBench {

	private static final int ROWS = Integer.getInteger("rows", 2_000_000);

	private static final int FEW = Integer.getInteger("few", ROWS / 10);

	private static final int USERS = 1000;

	private static final int ASKED = Integer.getInteger("asked", 5000);

	/** With a thousand before, compilers were still the slowest hundredth. */
	private static final int ASKED_BEFORE = Integer.getInteger("asked.before", 10_000);

	/** At a time: a transaction of its own. */
	private static final int CHUNK = 200_000;

	private static final List<String> PATHS = List.of("/usage/summary", "/usage/daily", "/usage/events?limit=50");

	private static final String FILL = """
			INSERT INTO ledger (event_id, kind, call_id, user_id, api_key_id, key_type, provider, request_model, model,
				operation, streamed, credential, status, usage_source, input_tokens, output_tokens, cost_nanos,
				price_version, started_at, finished_at, period, day, utc_day, time_to_first_byte_millis, attempts,
				http_status, source, seq, recorded_at, quantities, charges, batch)
			SELECT id, 'settled', id, ('00000000-0000-7000-8000-' || lpad(to_hex(n % :users), 12, '0'))::uuid,
				('00000000-0000-7000-9000-' || lpad(to_hex(n % :users), 12, '0'))::uuid, 'dev', 'openai', 'openai:m', 'm' || n / :users % 4, 'chat',
				true, 'system', 'completed', 'provider', 1000, 500, 450000, 'v1', at, at, date_trunc('month', at AT TIME ZONE 'UTC')::date,
				(at AT TIME ZONE 'UTC')::date, (at AT TIME ZONE 'UTC')::date, 100, 1, 200, '/gateway/bench/1', n, at,
				'{"input":1000,"output":500}', '[{"meter":"input","quantity":1000,"priceNanos":150000000,"costNanos":150000},
					{"meter":"output","quantity":500,"priceNanos":600000000,"costNanos":300000}]', 0
			FROM (SELECT n, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
					|| substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid AS id
				FROM (SELECT n, CAST(:start AS date)::timestamp AT TIME ZONE 'UTC' + (n % 2000000 * interval '1.2 second') AS at
					FROM generate_series(CAST(:from AS bigint), CAST(:to AS bigint)) AS n) AS timed) AS ids""";

	@Test
	void aMonthIsAsFastWithALedgerManyTimesAsLong() {
		try (MeteringService service = new MeteringService()) {
			LocalDate month = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);
			service.jdbc.sql("SELECT 1 FROM ensure_ledger_partition(?)").param(month).query().singleRow();
			fill(service, month, 0, FEW);
			List<Times> few = measure(service);
			fill(service, month, FEW, ROWS);
			List<Times> many = measure(service);
			for (int i = 0; i < PATHS.size(); i++) {
				System.out.printf(Locale.ROOT,
						"P8 %s: with %,d rows p50 %.1f ms, p99 %.1f ms; with %,d p50 %.1f, p99 %.1f%n", PATHS.get(i),
						FEW, few.get(i).p50(), few.get(i).p99(), ROWS, many.get(i).p50(), many.get(i).p99());
			}
		}
	}

	private static void fill(MeteringService service, LocalDate month, int from, int to) {
		for (int first = from; first < to; first += CHUNK) {
			service.jdbc.sql(FILL)
				.param("users", USERS)
				.param("start", month)
				.param("from", first)
				.param("to", Math.min(first + CHUNK, to) - 1)
				.update();
		}
		service.jdbc.sql("TRUNCATE usage_daily").update();
		service.jdbc
			.sql("""
					INSERT INTO usage_daily (user_id, period, day, utc_day, provider, model, credential, api_key_id, request_count,
						failed_requests, unpriced_requests, estimated_requests, input_tokens, cache_read_input_tokens,
						output_tokens, cost_nanos, last_used_at)
					SELECT user_id, period, day, utc_day, provider, model, credential, api_key_id, count(*), 0, 0, 0, sum(input_tokens), 0,
						sum(output_tokens), sum(cost_nanos), max(started_at) FROM ledger GROUP BY 1, 2, 3, 4, 5, 6, 7, 8""")
			.update();
		for (String table : List.of("ledger", "usage_daily")) {
			service.jdbc.sql("VACUUM ANALYZE " + table).update();
		}
	}

	private static List<Times> measure(MeteringService service) {
		List<Times> times = new ArrayList<>();
		for (String path : PATHS) {
			// With keys that the service knows: asking what a key may do is another
			// figure.
			List<String> keys = keys(service);
			ask(service, path, keys, ASKED_BEFORE);
			times.add(Times.of(ask(service, path, keys, ASKED)));
		}
		return times;
	}

	private static List<String> keys(MeteringService service) {
		Random random = new Random(USERS);
		return Stream.generate(() -> new UUID(0x7000L, 0x8000_0000_0000_0000L + random.nextInt(USERS)))
			.limit(50)
			.map((user) -> service.keys.issue(new UserId(user), Role.MEMBER))
			.toList();
	}

	private static double[] ask(MeteringService service, String path, List<String> keys, int count) {
		Random random = new Random(count);
		double[] millis = new double[count];
		for (int i = 0; i < count; i++) {
			String key = keys.get(random.nextInt(keys.size()));
			long begun = System.nanoTime();
			String body = service.get("/api/users/me" + path, key).body();
			if (!body.contains("ostNanos")) {
				throw new IllegalStateException(path + " answered " + body);
			}
			millis[i] = (System.nanoTime() - begun) / 1e6;
		}
		return millis;
	}

	private record Times(double p50, double p99) {

		static Times of(double[] millis) {
			double[] sorted = millis.clone();
			Arrays.sort(sorted);
			return new Times(sorted[sorted.length / 2], sorted[sorted.length * 99 / 100]);
		}

	}

}
