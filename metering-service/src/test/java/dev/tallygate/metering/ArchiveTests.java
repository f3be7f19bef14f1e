package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.ledger.Ledger;
import dev.tallygate.metering.ledger.LedgerEntry;
import dev.tallygate.security.caller.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
		service = new MeteringService("--tallygate.archive.directory=" + folder, "--tallygate.archive.interval=200ms");
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
