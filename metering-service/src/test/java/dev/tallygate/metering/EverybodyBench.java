package dev.tallygate.metering;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * P13: what everybody's month and its audit cost over REST, with the sums that the calls
 * of so many users leave; their rows in the ledger are not made, for neither reads what
 * was counted. Not run with the tests; see {@code bench/p13-everybody.sh}.
 */
class EverybodyBench {

	private static final long CALLS = Long.getLong("calls", 4_000_000);

	private static final int ASKED = Integer.getInteger("asked", 300);

	private static final int AUDITED = 1000;

	private static final int AUDITS = 5;

	private static final int DAYS = 28;

	private static final int MODELS = 4;

	private static final List<String> QUESTIONS = List.of("?groupBy=user", "?groupBy=user&limit=500", "?groupBy=key",
			"?groupBy=provider", "?groupBy=model", "?groupBy=agent");

	@Test
	void everybodysMonthCostsTheSameHoweverManyTheyAre() {
		for (int users : List.of(100, 1000, 10_000)) {
			try (MeteringService service = new MeteringService()) {
				fill(service, users);
				String admin = service.keys.admin();
				for (String question : QUESTIONS) {
					print(users, question, times(service, "/api/usage/summary" + question, admin, ASKED));
				}
				if (users == AUDITED) {
					print(users, "audit", times(service, "/api/usage/audit", admin, AUDITS));
				}
			}
		}
	}

	/** A key and an agent each, a row a day and model. */
	private static void fill(MeteringService service, int users) {
		service.jdbc
			.sql("""
					INSERT INTO usage_daily (user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id, request_count,
						failed_requests, unpriced_requests, estimated_requests, input_tokens, cache_read_input_tokens, output_tokens,
						cost_nanos, last_used_at)
					SELECT overlay(id PLACING '8' FROM 20)::uuid, :month, :month + d, :month + d, 'openai', 'm' || m, 'system',
						overlay(id PLACING '9' FROM 20)::uuid, overlay(id PLACING 'a' FROM 20)::uuid, n, 0, 0, 0, 1000 * n, 0, 500 * n,
						450000 * n, now()
					FROM generate_series(0, :days - 1) d, generate_series(1, :users) u, generate_series(1, :models) m,
						LATERAL (SELECT '00000000-0000-7000-8000-' || lpad(to_hex(u * 7919 % 1000003), 12, '0')) i (id),
						LATERAL (SELECT CAST(:calls AS bigint) / (:users * :days * :models)) c (n)""")
			.param("month", LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1))
			.param("days", DAYS)
			.param("users", users)
			.param("models", MODELS)
			.param("calls", CALLS)
			.update();
		service.jdbc.sql("""
				INSERT INTO usage_month SELECT user_id, period, api_key_id, agent_id, sum(request_count), 0, 0, 0, 0,
					sum(input_tokens), 0, sum(output_tokens), sum(cost_nanos) FROM usage_daily GROUP BY 1, 2, 3, 4""")
			.update();
		service.jdbc
			.sql("""
					INSERT INTO usage_total SELECT period, provider, model, false, false, shard, sum(request_count), 0, 0, 0, 0,
						sum(input_tokens), 0, sum(output_tokens), sum(cost_nanos)
					FROM (SELECT *, abs(hashtext(user_id::text)) % 12 AS shard FROM usage_daily) d GROUP BY 1, 2, 3, 6""")
			.update();
		service.jdbc.sql("INSERT INTO ledger_verified SELECT * FROM usage_daily").update();
		service.jdbc.sql("VACUUM ANALYZE").update();
	}

	/** One after the other, the first half to warm up. */
	private static double[] times(MeteringService service, String path, String key, int count) {
		double[] millis = new double[count];
		for (int i = 0; i < 2 * count; i++) {
			long begun = System.nanoTime();
			service.json(path, key);
			millis[i % count] = (System.nanoTime() - begun) / 1e6;
		}
		Arrays.sort(millis);
		return millis;
	}

	private static void print(int users, String question, double[] millis) {
		System.out.printf(Locale.ROOT, "P13 %,d calls of %,d users, %s: p50 %.1f ms, p99 %.1f%n", CALLS, users,
				question, millis[millis.length / 2], millis[millis.length * 99 / 100]);
	}

}
