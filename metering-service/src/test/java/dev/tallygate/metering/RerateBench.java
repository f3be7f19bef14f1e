package dev.tallygate.metering;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Re-rating a month of calls, dry and real: how long until the job says so, and until the
 * ledger has every correction. Not run with the tests; see {@code bench/rerate.sh}.
 */
class RerateBench {

	private static final int CALLS = Integer.getInteger("calls", 1_000_000);

	private static final int USERS = 1000;

	private static final Duration LONGEST = Duration.ofMinutes(30);

	@Test
	void rerateAMonth() throws Exception {
		try (MeteringService service = new MeteringService();
				Connection connection = service.database.dataSource().getConnection()) {
			serve(service, 200_000_000);
			Calls call = Calls.aCall().of(new UserId(UuidV7.next())).to("openai", "many");
			service.publish(Calls.metered(call.settled(1), null, Calls.charges(), null));
			service.awaitIntake(1);
			try (Statement statement = connection.createStatement()) {
				// One call copied over the month's first days, for many users.
				statement.execute(
						"""
								INSERT INTO ledger SELECT r.*
								FROM (SELECT ledger AS one FROM ledger WHERE model = 'many' LIMIT 1) l CROSS JOIN LATERAL (
									SELECT n, overlay(gen_random_uuid()::text placing substr(uuid_at((l.one).started_at + n * interval '1 ms')::text, 1, 13)
										|| '-7' from 1 for 15)::uuid AS id,
										('01900000-0000-7000-8000-' || lpad(to_hex(n %% %d), 12, '0'))::uuid AS usr
									FROM generate_series(2, %d) n) m
								CROSS JOIN LATERAL jsonb_populate_record(l.one, jsonb_build_object(
									'event_id', m.id, 'call_id', m.id, 'user_id', m.usr, 'seq', m.n)) r"""
							.formatted(USERS, CALLS));
				statement.execute("ANALYZE ledger");
			}
			String admin = service.keys.issue(new UserId(UuidV7.next()), Role.ADMIN);
			report("dry", service, admin, true);
			report("real", service, admin, false);
		}
	}

	private static void report(String name, MeteringService service, String admin, boolean dry) throws Exception {
		long start = System.nanoTime();
		HttpResponse<String> opened = service.post("/api/usage/rerate", admin,
				"{\"period\":\"%s\",\"model\":\"openai:many\",\"reason\":\"bench\",\"dryRun\":%s}"
					.formatted(YearMonth.now(ZoneOffset.UTC), dry));
		String id = JsonMapper.shared().readTree(opened.body()).get("id").asString();
		double looked = 0;
		JsonNode job = service.json("/api/usage/jobs/" + id, admin);
		while (!"done".equals(job.get("state").asString())) {
			if (System.nanoTime() - start > LONGEST.toNanos() || "failed".equals(job.get("state").asString())) {
				throw new IllegalStateException("stuck: " + job);
			}
			looked = (looked == 0 && !"running".equals(job.get("state").asString())) ? seconds(start) : looked;
			Thread.sleep(200);
			job = service.json("/api/usage/jobs/" + id, admin);
		}
		double all = seconds(start);
		System.out.printf(Locale.ROOT, "RERATE %s calls=%d changed=%d delta=%s USD examined in %.0f s, all in %.0f s%n",
				name, job.get("examined").asLong(), job.get("calls").asLong(),
				new NanoUsd(job.get("deltaNanos").asLong()).toUsd(), (looked > 0) ? looked : all, all);
	}

	private static double seconds(long start) {
		return (System.nanoTime() - start) / 1e9;
	}

	private static void serve(MeteringService service, long input) {
		byte[] prices = """
				{"version":"bench","prices":[],"rows":[{"provider":"openai","model":"many","effectiveFrom":"2025-01-01T00:00:00Z",
				"cells":[{"meter":"input","priceNanos":%d},{"meter":"output","priceNanos":600000000}]}],"ignored":[]}"""
			.formatted(input)
			.getBytes(StandardCharsets.UTF_8);
		service.keys.serve("/api/prices/", (exchange) -> {
			exchange.sendResponseHeaders(200, prices.length);
			exchange.getResponseBody().write(prices);
			exchange.close();
		});
	}

}
