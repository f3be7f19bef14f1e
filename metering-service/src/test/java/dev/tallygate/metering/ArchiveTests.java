package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.metering.ledger.Aggregates;
import dev.tallygate.metering.ledger.Ledger;
import dev.tallygate.metering.ledger.LedgerEntry;
import dev.tallygate.security.caller.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ArchiveTests {

	private static final List<JsonNode> chain = new CopyOnWriteArrayList<>();

	private static volatile int answer = 204;

	/** What happens just before the chain knows of a month. */
	private static volatile Runnable beforeTold = () -> {
	};

	@TempDir
	private static Path folder;

	private static MeteringService service;

	@BeforeAll
	static void start() {
		// As it is for a month of millions of calls: each step takes longer than anything
		// may.
		service = new MeteringService("--tallygate.archive.directory=" + folder, "--tallygate.archive.interval=200ms",
				"--spring.datasource.hikari.data-source-properties.socketTimeout=2",
				"--spring.datasource.hikari.data-source-properties.options=-c statement_timeout=1s -c lock_timeout=10s"
						+ " -c idle_in_transaction_session_timeout=200ms");
		service.keys.serve("/internal/audit", (exchange) -> {
			try (exchange) {
				byte[] body = exchange.getRequestBody().readAllBytes();
				if (answer == 204) {
					beforeTold.run();
					chain.add(new JsonMapper().readTree(body));
				}
				exchange.sendResponseHeaders(answer, -1);
			}
		});
		servePrices();
	}

	/** As the gateway would tell it. */
	private static void servePrices() {
		service.keys.serve("/api/prices/", (exchange) -> {
			String name = exchange.getRequestURI().getPath().replaceFirst(".*:", "");
			byte[] body = """
					{"version":"1","prices":[],"rows":[{"provider":"openai","model":"%s","effectiveFrom":"2020-01-01T00:00:00Z",
					"cells":[{"meter":"input","priceNanos":150000000},{"meter":"output","priceNanos":600000000}]}],"ignored":[]}"""
				.formatted(name)
				.getBytes(StandardCharsets.UTF_8);
			try (exchange) {
				exchange.sendResponseHeaders(200, body.length);
				exchange.getResponseBody().write(body);
			}
		});
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void movesAClosedMonthIntoAFileAndAnswersFromTheSums() throws Exception {
		YearMonth month = now().minusMonths(14);
		Calls call = Calls.aCall().at(start(month).plus(Duration.ofDays(9)));
		take(month, call);
		String key = service.keys.issue(call.user(), Role.MEMBER);
		List<JsonNode> before = sums(month, key);
		answer = 503;
		ask(month, 202);
		assertThat(awaitState(month, "verified").get("rows").asLong()).isEqualTo(6);
		assertThat(rows(month)).as("not dropped before the chain knows").isEqualTo(6);
		answer = 204;
		JsonNode archive = awaitState(month, "dropped");
		assertThat(service.jdbc.sql("SELECT to_regclass(?) IS NULL").param(table(month)).query(Boolean.class).single())
			.isTrue();
		assertThat(sums(month, key)).isEqualTo(before);
		assertThat(before.getFirst().get("totalCostNanos").asLong()).isEqualTo(3 * 450_000 - 50_000);
		JsonNode books = service.json("/api/usage/audit?period=" + month, service.keys.admin());
		assertThat(books.get("ledger")).isEqualTo(books.get("aggregates"));
		assertThat(books.get("differences")).isEmpty();
		byte[] file = Files.readAllBytes(folder.resolve(archive.get("file").asString()));
		String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
		assertThat(new String(file, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
		assertThat(archive.get("sha256").asString()).isEqualTo(sha256);
		assertThat(chain).filteredOn((entry) -> entry.at("/subject/name").asString().equals(month.toString()))
			.singleElement()
			.satisfies((entry) -> assertThat(entry.get("new")).isEqualTo(new JsonMapper().valueToTree(Map.of("file",
					archive.get("file").asString(), "sha256", sha256, "rows", "6", "costNanos", "1300000"))));
		refusesWhatNeedsEachCall(month, key);
	}

	private static void refusesWhatNeedsEachCall(YearMonth month, String key) {
		String admin = service.keys.admin();
		assertThat(service.get("/api/usage/focus?period=" + month, admin).body()).contains("month_archived");
		assertThat(service.get("/api/usage/unpriced?period=" + month, admin).statusCode()).isEqualTo(409);
		assertThat(service.get("/api/users/me/usage/events?period=" + month, key).body()).contains("month_archived");
		assertThat(service.get("/api/users/me/usage/events?period=" + month, key, "Accept", "text/csv").statusCode())
			.isEqualTo(409);
		assertThat(service.post("/api/usage/audit/passes", admin, "{\"period\":\"" + month + "\"}").statusCode())
			.isEqualTo(409);
		assertThat(service
			.post("/api/usage/rerate", admin,
					"{\"period\":\"" + month + "\",\"model\":\"openai:gpt-4o-mini\",\"reason\":\"why\"}")
			.statusCode()).isEqualTo(409);
	}

	@Test
	void putsAMonthBackWhoseFileAndSumsDisagree() {
		YearMonth month = now().minusMonths(15);
		Calls call = Calls.aCall().at(start(month).plus(Duration.ofDays(3)));
		take(month, call);
		service.database.execute("UPDATE usage_daily SET cost_nanos = cost_nanos + 1 WHERE user_id = '" + call.user()
				+ "' AND provider = 'openai'");
		ask(month, 202);
		assertThat(awaitState(month, "failed").get("failure").asString()).contains("disagree in");
		assertThat(rows(month)).isEqualTo(6);
		assertThat(service.jdbc.sql("SELECT count(*) FROM ledger WHERE user_id = ?")
			.param(call.user().value())
			.query(Long.class)
			.single()).isEqualTo(6);
		assertThat(chain).noneMatch((entry) -> entry.at("/subject/name").asString().equals(month.toString()));
		// Asked again once the sums are right, it goes.
		service.database.execute("UPDATE usage_daily SET cost_nanos = cost_nanos - 1 WHERE user_id = '" + call.user()
				+ "' AND provider = 'openai'");
		ask(month, 202);
		awaitState(month, "dropped");
	}

	@Test
	void dropsNoMonthWhoseFileIsNotThereAsItWasRecorded() throws Exception {
		YearMonth month = now().minusMonths(16);
		take(month, Calls.aCall().at(start(month).plus(Duration.ofDays(3))));
		Path file = folder.resolve(table(month) + ".parquet");
		Path elsewhere = folder.resolve("elsewhere");
		beforeTold = () -> move(file, elsewhere);
		try {
			ask(month, 202);
			awaitState(month, "recorded");
		}
		finally {
			beforeTold = () -> {
			};
		}
		Thread.sleep(Duration.ofSeconds(2));
		assertThat(rows(month)).as("its file is gone").isEqualTo(6);
		Files.write(file, new byte[] { 1, 2, 3 });
		Thread.sleep(Duration.ofSeconds(3));
		assertThat(rows(month)).as("its file is another").isEqualTo(6);
		move(elsewhere, file);
		awaitState(month, "dropped");
	}

	private static void move(Path from, Path to) {
		try {
			Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Longer than statements, transactions and answers of the database may take. */
	@Test
	void movesAMonthHoweverLongItTakes() {
		YearMonth month = now().minusMonths(17);
		fill(month, 20_000);
		ask(month, 202);
		assertThat(awaitState(month, "dropped").get("rows").asLong()).isEqualTo(20_000);
		assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
	}

	/** The server looks at each row of a month that it is given back. */
	@Test
	void putsAMonthBackHoweverLongItTakes() {
		YearMonth month = now().minusMonths(18);
		fill(month, 10);
		service.database
			.execute("UPDATE usage_daily SET cost_nanos = cost_nanos + 1 WHERE period = '" + month + "-01'");
		service.database.execute("ALTER FUNCTION attach_ledger_month(date) RENAME TO attach_ledger_month_at_once");
		service.database.execute("""
				CREATE FUNCTION attach_ledger_month(month date) RETURNS void LANGUAGE sql SECURITY DEFINER
				AS 'SELECT pg_sleep(3); SELECT attach_ledger_month_at_once(month)'""");
		try {
			ask(month, 202);
			assertThat(awaitState(month, "failed").get("failure").asString()).contains("disagree in");
			assertThat(service.jdbc.sql("SELECT count(*) FROM ledger WHERE period = ?")
				.param(month.atDay(1))
				.query(Long.class)
				.single()).isEqualTo(10);
		}
		finally {
			service.database.execute("DROP FUNCTION attach_ledger_month(date)");
			service.database.execute("ALTER FUNCTION attach_ledger_month_at_once(date) RENAME TO attach_ledger_month");
		}
	}

	/** As when an instance was killed while it wrote. */
	@Test
	void takesUpAMonthWhenWhoeverHadItIsHeardOfNoMore() throws Exception {
		YearMonth month = now().minusMonths(19);
		fill(month, 10);
		Files.createDirectories(folder.resolve(table(month) + ".of-another.tmp"));
		Files.writeString(folder.resolve(table(month) + ".of-another.tmp").resolve("half.csv"), "half");
		Files.writeString(folder.resolve(table(month) + ".parquet"), "named before anybody knew of it");
		service.jdbc.sql("SELECT detach_ledger_month(?)").param(month.atDay(1)).query().listOfRows();
		service.jdbc
			.sql("INSERT INTO ledger_archive (month, id, state, claimed_by, claimed_until)"
					+ " VALUES (?, gen_random_uuid(), 'detached', gen_random_uuid(), now() + interval '3 seconds')")
			.param(month.atDay(1))
			.update();
		Thread.sleep(Duration.ofSeconds(2));
		assertThat(state(month)).as("somebody else's").isEqualTo("detached");
		assertThat(folder.resolve(table(month) + ".of-another.tmp")).exists();
		awaitState(month, "dropped");
		assertThat(folder).isDirectoryNotContaining("glob:**" + table(month) + ".*.tmp");
	}

	@Test
	void movesNoMonthThatAnotherInstanceHasTakenOver() throws Exception {
		YearMonth month = now().minusMonths(20);
		fill(month, 10);
		beforeTold = () -> service.jdbc.sql(
				"UPDATE ledger_archive SET claimed_by = gen_random_uuid(), claimed_until = now() + interval '3 seconds'"
						+ " WHERE month = ?")
			.param(month.atDay(1))
			.update();
		try {
			ask(month, 202);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> chain.stream()
					.anyMatch((entry) -> entry.at("/subject/name").asString().equals(month.toString())));
			beforeTold = () -> {
			};
			Thread.sleep(Duration.ofSeconds(1));
			assertThat(state(month)).as("for the other one to go on with").isEqualTo("verified");
		}
		finally {
			beforeTold = () -> {
			};
		}
		awaitState(month, "dropped");
	}

	private static String state(YearMonth month) {
		return service.jdbc.sql("SELECT state FROM ledger_archive WHERE month = ?")
			.param(month.atDay(1))
			.query(String.class)
			.single();
	}

	/**
	 * Where a budget's zone is ahead of UTC, the first hours of its month are in the UTC
	 * month before.
	 */
	@Test
	void tellsWhatAKeptMonthLacksWhenItsNeighbourHasLeft() {
		YearMonth left = now().minusMonths(26);
		YearMonth month = left.plusMonths(1);
		Calls ahead = Calls.aCall().at(start(month).plus(Duration.ofMinutes(10)));
		Calls other = Calls.aCall().to("openai", "other").at(start(month).plus(Duration.ofDays(3)));
		Calls later = ahead.at(start(month).plus(Duration.ofDays(5)));
		append(Calls.metered(ahead.settled(1, Calls.idAt(start(month).minus(Duration.ofHours(2)))),
				Map.of("team", "night"), Calls.charges(), List.of("maps")));
		append(Calls.metered(later.settled(2), Map.of("team", "night"), Calls.charges(), null));
		append(Calls.metered(later.settled(3), Map.of("team", "day"), Calls.charges(), null));
		append(other.settled(4));
		job(month, start(month.plusMonths(1)).plus(Duration.ofDays(1)));
		ask(left, 202);
		awaitState(left, "dropped");
		String admin = service.keys.admin();
		String key = service.keys.issue(ahead.user(), Role.MEMBER);
		String events = "/api/users/me/usage/events?period=" + month;
		SoftAssertions softly = new SoftAssertions();
		for (String each : List.of(events, "/api/usage/focus?period=" + month, "/api/usage/unpriced?period=" + month,
				"/api/usage/focus?period=" + month.plusMonths(1))) {
			String who = each.equals(events) ? key : admin;
			HttpResponse<String> refused = service.get(each, who);
			softly.assertThat(refused.statusCode()).as(each).isEqualTo(409);
			softly.assertThat(refused.body()).as(each).contains("month_archived", left.toString(), "partial=true");
			softly.assertThat(service.get(each + "&partial=true", who).statusCode()).as(each).isEqualTo(200);
		}
		softly.assertThat(service.get(events, key, "Accept", "text/csv").statusCode()).isEqualTo(409);
		softly.assertThat(service.get(events + "&partial=true", key, "Accept", "text/csv").body().lines()).hasSize(3);
		softly.assertThat(rerate(month, "openai:gpt-4o-mini").body()).contains("month_archived", left.toString());
		// Whoever and whatever was not called then lacks nothing.
		softly.assertThat(service.get(events, service.keys.issue(other.user(), Role.MEMBER)).statusCode())
			.isEqualTo(200);
		softly.assertThat(rerate(month, "openai:other").statusCode()).isEqualTo(200);
		softly.assertThat(service.get("/api/usage/focus?period=" + month.plusMonths(2), admin).statusCode())
			.isEqualTo(200);
		// A full pass is exact about what is still there.
		softly.assertThat(differences(month)).isZero();
		service.database.execute("UPDATE usage_daily SET cost_nanos = cost_nanos + 1 WHERE user_id = '" + ahead.user()
				+ "' AND utc_day = '" + month.atDay(6) + "'");
		service.database.execute("UPDATE usage_user_tag SET cost_nanos = cost_nanos + 1 WHERE user_id = '"
				+ ahead.user() + "' AND value = 'day'");
		softly.assertThat(differences(month))
			.as("the day's, the tag's, and that tag's for everybody, once and in all")
			.isEqualTo(4);
		softly.assertAll();
	}

	/** Its last calls, the ones that opened first, are read after the month has left. */
	@Test
	void breaksAnExportOffWhoseMonthLeavesMeanwhile() throws Exception {
		YearMonth month = now().minusMonths(29);
		UserId user = fill(month, 50_000);
		String key = service.keys.issue(user, Role.MEMBER);
		HttpRequest request = HttpRequest
			.newBuilder(service.url().resolve("/api/users/me/usage/events?period=" + month))
			.header("Authorization", "Bearer " + key)
			.header("Accept", "text/csv")
			.build();
		try (HttpClient client = HttpClient.newHttpClient();
				InputStream export = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
			assertThat(export.readNBytes(1000)).hasSize(1000);
			// Asked for by somebody, and not begun yet.
			service.jdbc
				.sql("INSERT INTO ledger_archive (month, id, claimed_by, claimed_until)"
						+ " VALUES (?, gen_random_uuid(), gen_random_uuid(), 'infinity')")
				.param(month.atDay(1))
				.update();
			assertThatExceptionOfType(IOException.class).isThrownBy(export::readAllBytes);
		}
	}

	/** It would miss the days that it has not come to. */
	@Test
	void waitsForAFullPassOverANeighbour() throws Exception {
		YearMonth month = now().minusMonths(32);
		fill(month, 10);
		BackgroundLoop passes = service.loop("auditPasses");
		passes.stop();
		try {
			service.jdbc.sql("INSERT INTO audit_pass (id, period, requested_by, total) VALUES (?, ?, ?, 0)")
				.params(UuidV7.next(), month.plusMonths(1).atDay(1), UuidV7.next())
				.update();
			ask(month, 202);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> service.jdbc.sql("SELECT batch >= 0 FROM ledger_checkpoint")
					.query(Boolean.class)
					.single());
			Thread.sleep(Duration.ofSeconds(2));
			assertThat(state(month)).isEqualTo("asked");
		}
		finally {
			passes.start();
		}
		awaitState(month, "dropped");
	}

	/** Of the tags of millions of calls it sums up the whole month in one statement. */
	@Test
	void aFullPassMayTakeItsTime() throws Exception {
		YearMonth month = now().minusMonths(34);
		fill(month, 10);
		try (Connection other = service.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("LOCK TABLE usage_user_tag IN ACCESS EXCLUSIVE MODE");
			assertThat(service.post("/api/usage/audit/passes", service.keys.admin(), "{\"period\":\"" + month + "\"}")
				.statusCode()).isEqualTo(202);
			Awaitility.await()
				.atMost(Duration.ofSeconds(15))
				.until(() -> service.jdbc
					.sql("""
							SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted
								AND l.relation = 'usage_user_tag'::regclass AND a.query_start < now() - interval '3 seconds')""")
					.query(Boolean.class)
					.single());
		}
		assertThat(differences(month)).isZero();
	}

	private static void append(CloudEvent<UsageSettled> call) {
		service.bean(Ledger.class).append(List.of(LedgerEntry.of(call, call.data(), Instant.now())), 0);
	}

	/** A re-rating whose corrections came at a time. */
	private static void job(YearMonth period, Instant at) {
		service.jdbc
			.sql("""
					INSERT INTO rerate_job (id, period, provider, model, reason, price_version, prices, requested_by, state, adjusted,
						created_at, finished_at) VALUES (?, ?, 'openai', 'gpt-4o-mini', 'x', 'v', '[]', ?, 'done', 5, ?, ?)""")
			.params(UuidV7.next(), period.atDay(1), UuidV7.next(), at.atOffset(ZoneOffset.UTC),
					at.plusSeconds(60).atOffset(ZoneOffset.UTC))
			.update();
	}

	private static HttpResponse<String> rerate(YearMonth month, String model) {
		return service.post("/api/usage/rerate", service.keys.admin(),
				"{\"period\":\"%s\",\"model\":\"%s\",\"reason\":\"why\",\"dryRun\":true}".formatted(month, model));
	}

	private static long differences(YearMonth month) {
		String admin = service.keys.admin();
		String id = new JsonMapper()
			.readTree(service.post("/api/usage/audit/passes", admin, "{\"period\":\"" + month + "\"}").body())
			.get("id")
			.asString();
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> service.json("/api/usage/audit/passes/" + id, admin),
					(pass) -> pass.get("state").asString().equals("done"))
			.get("differences")
			.asLong();
	}

	@Test
	void archivesNoMonthThatCallsMayStillComeIn() {
		ask(now(), 400);
		ask(now().minusMonths(1), 400);
		ask(now().minusMonths(40), 404);
		assertThat(service.post("/api/usage/archives", service.keys.admin(), "{}").body())
			.contains("\"field\":\"period\"");
	}

	/** Six rows: calls of every kind and a correction. */
	private static void take(YearMonth month, Calls call) {
		List<LedgerEntry> entries = new ArrayList<>();
		CloudEvent<UsageSettled> plain = call.settled(1);
		for (CloudEvent<UsageSettled> each : List.of(plain, call.failed().settled(2), call.unpriced().settled(3),
				call.estimated().settled(4), Calls.metered(call.at(start(month).plusMillis(1)).settled(5),
						Map.of("team", "a,\"b\"\n\\N"), Calls.charges(), List.of("maps")))) {
			entries.add(LedgerEntry.of(each, each.data(), Instant.now()));
		}
		service.bean(Ledger.class).append(entries, 0);
		CloudEvent<UsageAdjusted> correction = Calls.adjusted(plain.data(), UuidV7.next(), -50_000);
		service.bean(Ledger.class).append(List.of(LedgerEntry.of(correction, correction.data(), Instant.now())), 0);
	}

	/** Calls of one user, spread over the month's first 27 days. */
	private static UserId fill(YearMonth month, int calls) {
		UserId user = new UserId(UuidV7.next());
		service.jdbc.sql("SELECT ensure_ledger_partition(?)").param(month.atDay(1)).query().listOfRows();
		service.jdbc
			.sql("""
					INSERT INTO ledger (event_id, kind, call_id, user_id, provider, request_model, model, operation, streamed, credential, status,
						usage_source, input_tokens, output_tokens, cost_nanos, price_version, started_at, finished_at, period, day, utc_day,
						attempts, source, seq, recorded_at)
					SELECT id, 'settled', id, :user, 'openai', 'x', 'x', 'chat', false, 'system', 'completed', 'provider', 10, 1, 5, '1', t, t,
						:month, (t AT TIME ZONE 'UTC')::date, (t AT TIME ZONE 'UTC')::date, 1, '/gateway/filled/1', i, t
					FROM (SELECT i, t, (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(i), 15, '0'))::uuid AS id
						FROM (SELECT i, (:month)::timestamp AT TIME ZONE 'UTC' + (i::double precision / :calls) * interval '27 days' AS t
							FROM generate_series(0, :calls - 1) i) times) calls""")
			.param("user", user.value())
			.param("month", month.atDay(1))
			.param("calls", calls)
			.update();
		// The audit counts what is there when a batch has come.
		service.jdbc.sql("SELECT nextval('ledger_batch_number')").query().singleRow();
		service.jdbc.sql(Aggregates.addTo("usage_daily", "ledger WHERE period = :month"))
			.param("month", month.atDay(1))
			.update();
		return user;
	}

	private static void ask(YearMonth month, int expected) {
		assertThat(service.post("/api/usage/archives", service.keys.admin(), "{\"period\":\"" + month + "\"}")
			.statusCode()).isEqualTo(expected);
	}

	private static JsonNode awaitState(YearMonth month, String state) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> service.json("/api/usage/archives", service.keys.admin())
				.get("data")
				.valueStream()
				.filter((each) -> each.get("month").asString().equals(month.toString()))
				.findFirst()
				.orElseThrow(), (archive) -> archive.get("state").asString().equals(state));
	}

	private static List<JsonNode> sums(YearMonth month, String key) {
		String admin = service.keys.admin();
		JsonNode summary = service.json("/api/users/me/usage/summary?period=" + month, key);
		((tools.jackson.databind.node.ObjectNode) summary).remove("asOf");
		return List.of(summary, service.json("/api/users/me/usage/daily?period=" + month, key),
				service.json("/api/usage/summary?groupBy=model&period=" + month, admin),
				service.json("/api/usage/summary?groupBy=tag:team&period=" + month, admin));
	}

	private static long rows(YearMonth month) {
		return service.jdbc.sql("SELECT count(*) FROM " + table(month)).query(Long.class).single();
	}

	private static String table(YearMonth month) {
		return "ledger_%04d_%02d".formatted(month.getYear(), month.getMonthValue());
	}

	private static YearMonth now() {
		return YearMonth.now(ZoneOffset.UTC);
	}

	private static Instant start(YearMonth month) {
		return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
	}

}
