package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.Credential;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.SourceClosed;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.metering.ledger.Ledger;
import dev.tallygate.metering.ledger.LedgerEntry;
import dev.tallygate.metering.ledger.LedgerReader;
import dev.tallygate.metering.ledger.RecordedEvent;
import dev.tallygate.security.caller.AccessMatrix;
import dev.tallygate.security.caller.AccessMatrix.Access;
import dev.tallygate.security.caller.FakeKeyService;
import dev.tallygate.security.caller.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class UsageApiTests {

	private static MeteringService service;

	private static final Map<String, String> prices = new ConcurrentHashMap<>();

	private static long published;

	@BeforeAll
	static void start() {
		service = new MeteringService();
		service.keys.serve("/api/prices/", (exchange) -> {
			byte[] answer = prices.getOrDefault(exchange.getRequestURI().getPath(), "")
				.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders((answer.length > 0) ? 200 : 404, (answer.length > 0) ? answer.length : -1);
			exchange.getResponseBody().write(answer);
			exchange.close();
		});
		service.kafka.create(new NewTopic(Topics.KEYS, 3, (short) 1),
				new NewTopic(Topics.BUDGET_STATUS, 12, (short) 1));
		Awaitility.await().until(() -> service.management("/actuator/health").statusCode() == 200);
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void listsEveryDayOfTheMonth() {
		Instant noon = LocalDate.now(ZoneOffset.UTC).atTime(0, 1).toInstant(ZoneOffset.UTC);
		Calls call = Calls.aCall().at(noon);
		publish(call.settled(1), call.settled(2), call.failed().settled(3));
		JsonNode days = service.json("/api/users/me/usage/daily", member(call)).get("data");
		assertThat(days).hasSize(YearMonth.now(ZoneOffset.UTC).lengthOfMonth());
		int today = LocalDate.now(ZoneOffset.UTC).getDayOfMonth();
		assertThat(days.get(today - 1).get("requestCount").asLong()).isEqualTo(2);
		assertThat(days.get(today - 1).get("costUsd").asString()).isEqualTo("0.0009");
		assertThat(days.valueStream().mapToLong((day) -> day.get("costNanos").asLong()).sum()).isEqualTo(900_000);
		assertThat(days.get(0).propertyNames()).containsExactlyInAnyOrder("day", "requestCount", "inputTokens",
				"outputTokens", "costNanos", "costUsd");
		assertThat(service.json("/api/users/me/usage/daily?period=2024-02", member(call)).get("data")).hasSize(29);
	}

	@Test
	void pagesThroughTheEventsNewestFirst() {
		Calls call = Calls.aCall();
		List<CloudEvent<?>> events = new ArrayList<>();
		for (int i = 1; i <= 25; i++) {
			events.add(call.at(Instant.now().minusMillis(100 - i)).settled(i));
		}
		publish(events);
		List<String> seen = new ArrayList<>();
		String cursor = "";
		do {
			JsonNode page = service.json("/api/users/me/usage/events?limit=10&cursor=" + cursor, member(call));
			page.get("data").forEach((event) -> seen.add(event.get("callId").asString()));
			cursor = page.get("nextCursor").isNull() ? null : page.get("nextCursor").asString();
		}
		while (cursor != null);
		List<String> expected = new ArrayList<>(events.stream().map((event) -> event.id().toString()).toList());
		assertThat(seen).containsExactlyInAnyOrderElementsOf(expected).isSortedAccordingTo((a, b) -> b.compareTo(a));
		assertThat(service.get("/api/users/me/usage/events?cursor=x", member(call)).statusCode()).isEqualTo(400);
		assertThat(service.get("/api/users/me/usage/events?limit=501", member(call)).statusCode()).isEqualTo(400);
	}

	@Test
	void givesTheEventsDataAsItWasSent() {
		Calls call = Calls.aCall().by(new AgentId(UuidV7.next()));
		CloudEvent<?> sent = call.unpriced().settled(1);
		publish(sent);
		JsonNode event = service.json("/api/users/me/usage/events", member(call)).get("data").get(0);
		tools.jackson.databind.json.JsonMapper mapper = new tools.jackson.databind.json.JsonMapper();
		assertThat(event).isEqualTo(mapper.readTree(EventCodec.encode(sent)).get("data"));
	}

	@Test
	void exportsTheMonthAsCsv() {
		Calls call = Calls.aCall().to("openai", "a,\"b\"");
		CloudEvent<dev.tallygate.events.UsageSettled> first = call.settled(1);
		List<CloudEvent<?>> events = new ArrayList<>(List.of(first, Calls.adjusted(first.data(), UuidV7.next(), -1)));
		for (int i = 2; i <= 1200; i++) {
			events.add(call.to("openai", "=cmd()").settled(i));
		}
		publish(events);
		HttpResponse<String> csv = service.get("/api/users/me/usage/events", member(call), "Accept", "text/csv");
		assertThat(csv.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
		assertThat(csv.headers().firstValue("Cache-Control")).contains("no-store");
		List<String> lines = csv.body().lines().toList();
		assertThat(lines).hasSize(1202);
		assertThat(lines.getFirst()).startsWith("callId,userId,apiKeyId,");
		assertThat(lines).filteredOn((line) -> line.contains("\"a,\"\"b\"\"\"")).hasSize(2);
		assertThat(lines).filteredOn((line) -> line.contains(",'=cmd(),")).hasSize(1199);
		int cost = List.of(lines.getFirst().split(",", -1)).indexOf("costNanos");
		assertThat(lines.stream()
			.skip(1)
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\"([^\"]|\"\")*\"", "quoted").split(",", -1)[cost]))
			.sum()).isEqualTo(1200 * 450_000L - 1);
	}

	@Test
	void tellsWhatEachKeyCostInTheBillingCycle() {
		Calls call = Calls.aCall();
		ApiKeyId used = new ApiKeyId(UuidV7.next());
		ApiKeyId unused = new ApiKeyId(UuidV7.next());
		ApiKeyId revoked = new ApiKeyId(UuidV7.next());
		Instant created = Instant.parse("2026-01-01T00:00:00Z");
		Instant cycleStart = LocalDate.now(ZoneOffset.UTC).minusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
		status(call.user(), "UTC", 5000L, cycleStart);
		key(new ApiKeyEvent.Issued(used, call.user(), "used", "tg_dev_aaaaa", KeyType.DEV, created, null, null, 1));
		key(new ApiKeyEvent.Issued(unused, call.user(), "unused", "tg_dev_bbbbb", KeyType.DEV, created.plusSeconds(1),
				null, null, 1));
		key(new ApiKeyEvent.Revoked(revoked, call.user(), "revoked", "tg_dev_ccccc", KeyType.DEV, created, null,
				created, 2));
		publish(call.with(used).costing(15_000_000).settled(1),
				call.with(used).costing(7_000_000).paidBy(Credential.USER).settled(2),
				call.with(used).at(cycleStart.minus(Duration.ofHours(1))).settled(3), call.with(null).settled(4),
				call.with(used).unpriced().settled(5));
		String member = member(call);
		JsonNode keys = Awaitility.await()
			.until(() -> service.json("/api/users/me/usage/keys", member), (found) -> found.get("data").size() == 2);
		assertThat(keys.get("requestId").asString()).isNotEmpty();
		JsonNode first = keys.get("data").get(0);
		assertThat(first.get("name").asString()).isEqualTo("unused");
		assertThat(first.get("requestCount").asLong()).isZero();
		assertThat(first.get("lastUsedAt").isNull()).isTrue();
		JsonNode second = keys.get("data").get(1);
		assertThat(second.get("id").asString()).isEqualTo(used.toString());
		assertThat(second.get("requestCount").asLong()).isEqualTo(3);
		assertThat(second.get("costNanos").asLong()).isEqualTo(22_000_000);
		assertThat(second.get("costUsd").asString()).isEqualTo("0.022");
		assertThat(second.get("creditsUsed").asLong()).isEqualTo(1);
		assertThat(second.get("lastUsedAt").asString()).isNotEmpty();
		assertThat(second.propertyNames()).containsExactlyInAnyOrder("id", "name", "keyPrefix", "keyType", "createdAt",
				"lastUsedAt", "requestCount", "unpricedRequests", "partlyPricedRequests", "costNanos", "costUsd",
				"creditsUsed");
		assertThat(second.get("unpricedRequests").asLong()).isEqualTo(1);
	}

	@Test
	void groupsAMonthByTheUsersOwnKeysAndAgents() {
		Calls call = Calls.aCall();
		ApiKeyId named = new ApiKeyId(UuidV7.next());
		AgentId agent = new AgentId(UuidV7.next());
		key(new ApiKeyEvent.Issued(named, call.user(), "build server", "tg_dev_aaaaa", KeyType.DEV,
				Instant.parse("2026-01-01T00:00:00Z"), null, null, 1));
		publish(call.with(named).costing(5).settled(1), call.with(named).by(agent).costing(7).settled(2),
				call.with(null).costing(20).settled(3));
		String member = member(call);
		JsonNode keys = Awaitility.await()
			.until(() -> service.json("/api/users/me/usage/groups?groupBy=key", member).get("data"),
					(found) -> found.size() == 2 && found.get(1).has("name"));
		assertThat(keys.get(0).has("apiKeyId")).isFalse();
		assertThat(keys.get(0).get("costNanos").asLong()).isEqualTo(20);
		assertThat(keys.get(1).get("apiKeyId").asString()).isEqualTo(named.toString());
		assertThat(keys.get(1).get("name").asString()).isEqualTo("build server");
		assertThat(keys.get(1).get("requestCount").asLong()).isEqualTo(2);
		assertThat(keys.get(1).get("costUsd").asString()).isEqualTo("0.000000012");
		JsonNode agents = service.json("/api/users/me/usage/groups?groupBy=agent", member).get("data");
		assertThat(agents).hasSize(2);
		assertThat(agents.get(1).get("agentId").asString()).isEqualTo(agent.toString());
		assertThat(service.get("/api/users/me/usage/groups?groupBy=colour", member).statusCode()).isEqualTo(400);
	}

	@Test
	void takesLimitAndZoneFromTheBudgetStatus() {
		Calls call = Calls.aCall();
		status(call.user(), "Asia/Tokyo", 12_345L, Instant.parse("2026-11-01T00:00:00Z"));
		String member = member(call);
		JsonNode summary = Awaitility.await()
			.until(() -> service.json("/api/users/me/usage/summary?period=2026-11", member),
					(found) -> !found.get("monthlyBudgetCents").isNull());
		assertThat(summary.get("monthlyBudgetCents").asLong()).isEqualTo(12_345);
		assertThat(summary.get("periodStart").asString()).isEqualTo("2026-10-31T15:00:00Z");
		assertThat(summary.get("periodEnd").asString()).isEqualTo("2026-11-30T15:00:00Z");
	}

	@Test
	void sumsUpEverybodyForAdministrators() {
		Instant lastMonth = YearMonth.now(ZoneOffset.UTC)
			.atDay(1)
			.atStartOfDay()
			.minusHours(2)
			.toInstant(ZoneOffset.UTC);
		Calls call = Calls.aCall().at(lastMonth).by(new AgentId(UuidV7.next()));
		Calls other = Calls.aCall().at(lastMonth).to("anthropic", "claude-sonnet-4").with(null);
		publish(call.settled(1), call.settled(2), other.settled(1), other.failed().settled(2));
		String period = "period=" + YearMonth.from(lastMonth.atZone(ZoneOffset.UTC));
		String admin = service.keys.admin();
		Map<String, Integer> groups = Map.of("user", 2, "provider", 2, "model", 2, "key", 2, "agent", 2);
		groups.forEach((by, count) -> {
			JsonNode answer = service.json("/api/usage/summary?" + period + "&groupBy=" + by, admin);
			assertThat(answer.get("data")).as(by).hasSize(count);
			assertThat(answer.get("data").valueStream().mapToLong((group) -> group.get("costNanos").asLong()).sum())
				.isEqualTo(1_350_000);
			assertThat(answer.get("nextCursor").isNull()).isTrue();
		});
		JsonNode first = service.json("/api/usage/summary?limit=1&groupBy=model&" + period, admin);
		assertThat(first.get("data").get(0).get("model").asString()).isEqualTo("claude-sonnet-4");
		assertThat(first.get("data").get(0).get("failedRequests").asLong()).isEqualTo(1);
		JsonNode second = service.json(
				"/api/usage/summary?limit=1&groupBy=model&" + period + "&cursor=" + first.get("nextCursor").asString(),
				admin);
		assertThat(second.get("data").get(0).get("model").asString()).isEqualTo("gpt-4o-mini");
		assertThat(service.get("/api/usage/summary?groupBy=colour", admin).statusCode()).isEqualTo(400);
		Stream.of("/api/usage/summary", "/api/usage/audit").forEach((path) -> {
			assertThat(service.get(path, service.keys.member()).statusCode()).isEqualTo(403);
			assertThat(service.get(path, null).statusCode()).isEqualTo(401);
		});
	}

	@Test
	void auditsWhetherTheBooksAreWhole() {
		Calls call = Calls.aCall();
		CloudEvent<dev.tallygate.events.UsageSettled> event = call.settled(1);
		publish(event, call.settled(3));
		String admin = service.keys.admin();
		JsonNode gap = service.json("/api/usage/audit", admin);
		assertThat(gap.get("whole").asBoolean()).isFalse();
		assertThat(source(gap, call).get("gaps").asLong()).isEqualTo(1);
		assertThat(source(gap, call).get("seqSeen").asLong()).isEqualTo(3);
		assertThat(source(gap, call).get("closed").asBoolean()).isFalse();
		publish(call.settled(2),
				CloudEvent.of(UuidV7.next(), call.source(), Instant.now(), new SourceClosed(3, Instant.now())));
		JsonNode whole = service.json("/api/usage/audit", admin);
		assertThat(whole.get("differences")).isEmpty();
		assertThat(whole.get("ledger")).isEqualTo(whole.get("aggregates"));
		assertThat(source(whole, call).get("gaps").asLong()).isZero();
		assertThat(source(whole, call).get("closed").asBoolean()).isTrue();
		service.jdbc.sql("UPDATE usage_daily SET cost_nanos = cost_nanos + 1 WHERE user_id = ?")
			.param(call.user().value())
			.update();
		JsonNode wrong = service.json("/api/usage/audit", admin);
		assertThat(wrong.get("whole").asBoolean()).isFalse();
		assertThat(wrong.get("differences")).hasSize(1);
		assertThat(wrong.get("aggregates").get("costNanos").asLong())
			.isEqualTo(wrong.get("ledger").get("costNanos").asLong() + 1);
		assertThat(wrong.get("differences").get(0).get("userId").asString()).isEqualTo(call.user().toString());
		service.jdbc.sql("UPDATE usage_daily SET cost_nanos = cost_nanos - 1 WHERE user_id = ?")
			.param(call.user().value())
			.update();
	}

	@Test
	void correctsWhatAMonthsCallsOfAModelCost() {
		price("openai", "corrected", 200_000_000, 600_000_000);
		Calls call = Calls.aCall().to("openai", "corrected");
		List<CloudEvent<?>> events = new ArrayList<>();
		for (int i = 1; i <= 600; i++) {
			events.add(call.settled(i));
		}
		events.add(call.unpriced().settled(601));
		events.add(call.failed().settled(602));
		events.add(call.to("openai", "other").settled(603));
		publish(events);
		String admin = service.keys.admin();
		JsonNode job = rerate(admin, "openai:corrected");
		assertThat(job.get("adjusted").asLong()).isEqualTo(601);
		assertThat(job.get("deltaNanos").asLong()).isEqualTo(600 * 50_000L + 500_000);
		published += 601;
		service.awaitIntake(published);
		JsonNode summary = service.json("/api/users/me/usage/summary", member(call));
		assertThat(summary.get("totalCostNanos").asLong()).isEqualTo(601 * 500_000L + 450_000);
		assertThat(summary.get("requestCount").asLong()).isEqualTo(602);
		assertThat(rerate(admin, "openai:corrected").get("adjusted").asLong()).isZero();
		price("openai", "corrected", 150_000_000, 600_000_000);
		assertThat(rerate(admin, "openai:corrected").get("deltaNanos").asLong()).isEqualTo(601 * -50_000L);
		published += 601;
		service.awaitIntake(published);
		assertThat(service.json("/api/users/me/usage/summary", member(call)).get("totalCostNanos").asLong())
			.isEqualTo(601 * 450_000L + 450_000);
		assertThat(service.json("/api/usage/audit", admin).get("differences")).isEmpty();
	}

	@Test
	void takesABareNameForTheProviderThatWasCalled() {
		String row = "{\"provider\":\"%s\",\"model\":\"bare\",\"effectiveFrom\":\"2025-01-01T00:00:00Z\","
				+ "\"cells\":[{\"meter\":\"input\",\"priceNanos\":200000000},{\"meter\":\"output\",\"priceNanos\":600000000}]}";
		prices.put("/api/prices/bare", "{\"version\":\"1\",\"prices\":[],\"rows\":[" + row.formatted("azure") + ','
				+ row.formatted("openai") + "],\"ignored\":[]}");
		Calls call = Calls.aCall();
		publish(call.to("openai", "bare").settled(1));
		String admin = service.keys.admin();
		JsonNode job = rerate(admin, "bare");
		assertThat(job.get("provider").asString()).isEqualTo("openai");
		assertThat(job.get("adjusted").asLong()).isOne();
		published += 1;
		service.awaitIntake(published);
		publish(call.to("azure", "bare").settled(2));
		assertThat(service.post("/api/usage/rerate", admin, body("bare", "why")).body()).contains("\"field\":\"model\"",
				"azure:bare", "azure and openai");
	}

	@Test
	void saysWhatARerateWouldDoAndChangesNothing() {
		price("openai", "dry", 200_000_000, 600_000_000);
		Calls call = Calls.aCall().to("openai", "dry");
		CloudEvent<dev.tallygate.events.UsageSettled> metered = Calls.metered(call.settled(2), null, Calls.charges(),
				null);
		publish(call.settled(1), metered, call.of(new UserId(UuidV7.next())).settled(3), call.unpriced().settled(4));
		String admin = service.keys.admin();
		JsonNode before = service.json("/api/users/me/usage/summary", member(call));
		HttpResponse<String> answer = service.post("/api/usage/rerate", admin,
				body("openai:dry", "price corrected").replace("}", ",\"dryRun\":true}"));
		JsonNode dry = Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> service.json(
					"/api/usage/jobs/"
							+ new tools.jackson.databind.json.JsonMapper().readTree(answer.body()).get("id").asString(),
					admin), (job) -> job.get("state").asString().equals("done"));
		// 50,000 for a plain call; the flex one costs 0.0009 + 300,000 instead of
		// 450,000; the unpriced 500,000.
		long flex = 300_000 - 450_000;
		assertThat(dry.get("dryRun").asBoolean()).isTrue();
		assertThat(dry.get("examined").asLong()).isEqualTo(4);
		assertThat(dry.get("calls").asLong()).isEqualTo(4);
		assertThat(dry.get("adjusted").asLong()).isZero();
		assertThat(dry.get("deltaNanos").asLong()).isEqualTo(2 * 50_000 + flex + 500_000);
		assertThat(dry.get("byUser")).hasSize(2);
		assertThat(dry.get("byUser").get(0).get("userId").asString()).isEqualTo(call.user().toString());
		assertThat(service.jdbc.sql("SELECT count(*) FROM outbox").query(Long.class).single()).isZero();
		assertThat(service.json("/api/users/me/usage/summary", member(call)).get("totalCostNanos"))
			.isEqualTo(before.get("totalCostNanos"));
		JsonNode real = rerate(admin, "openai:dry");
		assertThat(real.get("deltaNanos")).isEqualTo(dry.get("deltaNanos"));
		published += 4;
		service.awaitIntake(published);
		assertThat(service.json("/api/users/me/usage/summary", member(call)).get("unpricedRequests").asLong()).isZero();
		JsonNode explained = service.json("/api/calls/" + metered.id(), admin);
		assertThat(explained.get("costNanos").asLong()).isEqualTo(300_000);
		assertThat(explained.get("corrections").get(0).get("charges").size()).isGreaterThan(1);
		assertThat(rerate(admin, "openai:dry").get("adjusted").asLong()).isZero();
	}

	@Test
	void correctsEachRunOfACallAtItsOwnModel() {
		price("anthropic", "advised", 200_000_000, 600_000_000);
		price("anthropic", "advisor", 1_000_000_000, 3_000_000_000L);
		Calls call = Calls.aCall().to("anthropic", "advised");
		CloudEvent<UsageSettled> advised = Calls.advised(call.settled(1), "advisor");
		publish(advised, Calls.advised(call.settled(2), "unheard-of"));
		String admin = service.keys.admin();
		JsonNode job = rerate(admin, "anthropic:advised");
		// 900·0.2 + 400·0.6 + 100·1 + 100·3 thousand, instead of 450 thousand
		assertThat(job.get("deltaNanos").asLong()).isEqualTo(180_000 + 240_000 + 100_000 + 300_000 - 450_000);
		assertThat(job.get("adjusted").asLong()).isEqualTo(1);
		assertThat(job.get("skipped").asLong()).isEqualTo(1);
		published += 1;
		service.awaitIntake(published);
		JsonNode explained = service.json("/api/calls/" + advised.id(), admin);
		assertThat(explained.get("costNanos").asLong()).isEqualTo(820_000);
		assertThat(explained.get("corrections").get(0).get("charges").findValuesAsString("model"))
			.containsExactly("advisor", "advisor");
		assertThat(rerate(admin, "anthropic:advised").get("adjusted").asLong()).isZero();
	}

	@Test
	void tellsAgainWhatItHasAndCountsNothingTwice() {
		price("openai", "told", 200_000_000, 600_000_000);
		Instant since = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		Calls call = Calls.aCall().to("openai", "told");
		publish(call.settled(1),
				Calls.metered(call.settled(2), Map.of("team", "search"), Calls.charges(), List.of("web_search")),
				call.failed().settled(3), call.unpriced().settled(4));
		String admin = service.keys.admin();
		published += rerate(admin, "openai:told").get("adjusted").asLong();
		service.awaitIntake(published);
		JsonNode before = service.json("/api/users/me/usage/summary", member(call)).get("breakdown");
		long rows = service.ledgerRows();
		List<UUID> ids = recordedSince(since, 2);
		assertThat(ids).hasSize(4 + 3).doesNotHaveDuplicates();

		HttpResponse<String> told = service.post("/api/usage/replay", admin, "{\"since\":\"" + since + "\"}");

		assertThat(told.body()).isEqualTo("{\"events\":7,\"nextCursor\":null}");
		published += ids.size();
		service.awaitIntake(published);
		assertThat(service.ledgerRows()).isEqualTo(rows);
		assertThat(service.json("/api/users/me/usage/summary", member(call)).get("breakdown")).isEqualTo(before);
		assertThat(service.jdbc.sql("SELECT count(*) FROM conflicting_duplicate WHERE event_id = ANY (?)")
			.param(ids.toArray(UUID[]::new))
			.query(Long.class)
			.single()).as("each says what it said").isZero();
		assertThat(service.json("/api/usage/audit", admin).get("differences")).isEmpty();
	}

	@Test
	void tellsCorrectionsAgainHoweverOldTheirCallsAre() {
		CloudEvent<UsageSettled> call = Calls.aCall().at(Instant.now().minus(Duration.ofDays(100))).settled(1);
		CloudEvent<UsageAdjusted> correction = Calls.adjusted(call.data(), UuidV7.next(), 7);
		Ledger ledger = service.bean(Ledger.class);
		ledger.append(List.of(LedgerEntry.of(call, call.data(), Instant.now().minus(Duration.ofDays(99)))), 0);
		ledger.append(List.of(LedgerEntry.of(correction, correction.data(), Instant.now())), 0);
		assertThat(recordedSince(Instant.now().minus(Duration.ofHours(1)), 2)).contains(correction.id())
			.doesNotContain(call.id())
			.doesNotHaveDuplicates();
	}

	/** The ids of all rows, read in pages. */
	private static List<UUID> recordedSince(Instant since, int page) {
		LedgerReader ledger = service.bean(LedgerReader.class);
		List<UUID> ids = new ArrayList<>();
		List<RecordedEvent> read = ledger.recordedSince(since, LedgerReader.Place.START, page);
		while (!read.isEmpty()) {
			read.forEach((each) -> ids.add(each.event().id()));
			read = ledger.recordedSince(since, read.getLast().place(), page);
		}
		return ids;
	}

	@Test
	void saysFromWhenOnItCanTellAgain() {
		String admin = service.keys.admin();
		assertThat(service.post("/api/usage/replay", admin, "{}").body()).contains("\"field\":\"since\"", "missing");
		assertThat(service.post("/api/usage/replay", admin, "{\"since\":\"+1000000000-01-01T00:00:00Z\"}").body())
			.contains("\"field\":\"since\"", "future");
		assertThat(service.post("/api/usage/replay", admin, "{\"since\":\"yesterday\"}").body())
			.contains("\"field\":\"since\"", "2026-11-29T10:00:00Z");
		String longAgo = Instant.now().minus(Duration.ofDays(41)).toString();
		assertThat(service.post("/api/usage/replay", admin, "{\"since\":\"" + longAgo + "\"}").body())
			.contains("\"field\":\"since\"", "40 days");
		assertThat(
				service.post("/api/usage/replay?cursor=x", admin, "{\"since\":\"" + Instant.now() + "\"}").statusCode())
			.isEqualTo(400);
	}

	@Test
	void letsNoJobThatFailsStandInTheWayOfLaterOnes() {
		price("openai", "broken", 200_000_000, 600_000_000);
		price("openai", "sound", 200_000_000, 600_000_000);
		Calls call = Calls.aCall();
		publish(call.to("openai", "broken").settled(1), call.to("openai", "sound").settled(2));
		service.jdbc
			.sql("""
					INSERT INTO rerate_job (id, period, provider, model, reason, price_version, prices, requested_by)
					VALUES (?, date_trunc('month', now() AT TIME ZONE 'UTC'), 'openai', 'broken', 'x', 'v', '{"not":"a list"}', ?)""")
			.params(UuidV7.next(), UuidV7.next())
			.update();
		service.jdbc
			.sql("""
					INSERT INTO rerate_job (id, period, provider, model, reason, price_version, prices, requested_by, state, adjusted,
						moved_at) VALUES (?, date_trunc('month', now() AT TIME ZONE 'UTC'), 'openai', 'lost', 'x', 'v', '[]', ?,
						'applying', 5, now() - interval '1 hour')""")
			.params(UuidV7.next(), UuidV7.next())
			.update();
		assertThat(rerate(service.keys.admin(), "openai:sound").get("adjusted").asLong()).isEqualTo(1);
		assertThat(service.jdbc.sql("SELECT failure FROM rerate_job WHERE model = 'broken' AND state = 'failed'")
			.query(String.class)
			.list()).singleElement().asString().startsWith("could not go on");
		published += 1;
		service.awaitIntake(published);
		Awaitility.await()
			.until(() -> service.jdbc.sql("SELECT failure FROM rerate_job WHERE model = 'lost' AND state = 'failed'")
				.query(String.class)
				.list(), (found) -> found.size() == 1 && found.getFirst().startsWith("5 of 5 corrections"));
	}

	@Test
	void letsNoJobThatIsTriedAgainStandInTheWayOfLaterOnes() {
		price("openai", "endless", 200_000_000, 600_000_000);
		price("openai", "prompt", 200_000_000, 600_000_000);
		Calls call = Calls.aCall();
		publish(call.to("openai", "endless").settled(1), call.to("openai", "prompt").settled(2));
		// As if each of its steps ran into the limit of a statement's time.
		service.database.execute(
				"""
						CREATE FUNCTION cancelled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
						  IF NEW.model = 'prompt' THEN NEW.price_version = current_setting('statement_timeout'); RETURN NEW; END IF;
						  RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = '57014'; END $$""");
		service.database.execute(
				"""
						CREATE TRIGGER cancelled BEFORE UPDATE ON rerate_job FOR EACH ROW WHEN (OLD.model IN ('endless', 'prompt'))
						EXECUTE FUNCTION cancelled()""");
		String admin = service.keys.admin();
		BackgroundLoop runner = service.loop("rerateRunner");
		long failed = runner.failures();
		String endless = idOf(service.post("/api/usage/rerate", admin, body("openai:endless", "why")));
		JsonNode prompt = rerate(admin, "openai:prompt");
		assertThat(prompt.get("adjusted").asLong()).isOne();
		assertThat(prompt.get("priceVersion").asString()).as("how long a statement of a step may take")
			.isEqualTo("10min");
		Awaitility.await().until(() -> runner.failures() > failed);
		assertThat(service.json("/api/usage/jobs/" + endless, admin).get("state").asString()).isEqualTo("running");
		service.database.execute("DROP TRIGGER cancelled ON rerate_job");
		assertThat(awaitState(admin, endless, "done").get("adjusted").asLong()).isOne();
		published += 2;
		service.awaitIntake(published);
	}

	@Test
	void correctsOnceHoweverLongKafkaIsAway() throws Exception {
		price("openai", "delayed", 200_000_000, 600_000_000);
		Calls call = Calls.aCall().to("openai", "delayed");
		publish(call.settled(1), call.settled(2));
		String admin = service.keys.admin();
		BackgroundLoop sender = service.loop("outboxSender");
		sender.stop();
		String first = idOf(service.post("/api/usage/rerate", admin, body("openai:delayed", "why")));
		awaitState(admin, first, "applying");
		service.jdbc.sql("UPDATE rerate_job SET moved_at = now() - interval '1 hour' WHERE id = ?::uuid")
			.param(first)
			.update();
		// A few rounds of the runner.
		Thread.sleep(Duration.ofSeconds(2));
		assertThat(service.json("/api/usage/jobs/" + first, admin).get("state").asString()).isEqualTo("applying");
		assertThat(idOf(service.post("/api/usage/rerate", admin, body("openai:delayed", "why")))).isEqualTo(first);
		sender.start();
		awaitState(admin, first, "done");
		published += 2;
		service.awaitIntake(published);
		assertThat(service.json("/api/users/me/usage/summary", member(call)).get("totalCostNanos").asLong())
			.isEqualTo(2 * 500_000L);
	}

	@Test
	void failsNoJobWhoseCorrectionsAreYetToBeReadFromTheTopic() throws Exception {
		UUID job = UuidV7.next();
		Calls call = Calls.aCall().to("openai", "unread");
		CloudEvent<UsageSettled> settled = call.settled(1);
		publish(settled);
		// Nobody can take in anything, as long as the positions are held.
		try (Connection holder = service.database.dataSource().getConnection();
				Statement hold = holder.createStatement()) {
			holder.setAutoCommit(false);
			hold.execute("SELECT FROM intake_position FOR UPDATE");
			service.publish(Calls.adjusted(settled.data(), job, 50_000));
			service.jdbc
				.sql("""
						INSERT INTO rerate_job (id, period, provider, model, reason, price_version, prices, requested_by, state, adjusted,
							moved_at) VALUES (?, date_trunc('month', now() AT TIME ZONE 'UTC'), 'openai', 'unread', 'x', 'v', '[]', ?,
							'applying', 1, now() - interval '1 hour')""")
				.params(job, UuidV7.next())
				.update();
			Thread.sleep(Duration.ofSeconds(2));
			assertThat(service.json("/api/usage/jobs/" + job, service.keys.admin()).get("state").asString())
				.isEqualTo("applying");
			holder.rollback();
		}
		awaitState(service.keys.admin(), job.toString(), "done");
		published += 1;
		service.awaitIntake(published);
	}

	@Test
	void endsAJobThatCannotGoOnOnceItsCorrectionsHaveCome() throws Exception {
		price("openai", "halfway", 200_000_000, 600_000_000);
		Calls call = Calls.aCall().to("openai", "halfway");
		publish(call.settled(1), call.settled(2));
		String admin = service.keys.admin();
		BackgroundLoop sender = service.loop("outboxSender");
		sender.stop();
		String first = idOf(service.post("/api/usage/rerate", admin, body("openai:halfway", "why")));
		awaitState(admin, first, "applying");
		// As it was when one of its next steps was to be its last.
		service.jdbc
			.sql("""
					UPDATE rerate_job SET state = 'running', prices =
						'[{"provider":"openai","model":"halfway","effectiveFrom":"2025-01-01T00:00:00Z","cells":[],"regions":{"eu":"?"}}]'
					WHERE id = ?::uuid""")
			.param(first)
			.update();
		Awaitility.await()
			.until(() -> service.json("/api/usage/jobs/" + first, admin),
					(job) -> job.path("failure").asString("").startsWith("could not go on"));
		assertThat(idOf(service.post("/api/usage/rerate", admin, body("openai:halfway", "why")))).isEqualTo(first);
		sender.start();
		awaitState(admin, first, "failed");
		published += 2;
		service.awaitIntake(published);
		assertThat(rerate(admin, "openai:halfway").get("adjusted").asLong()).isZero();
		assertThat(service.json("/api/users/me/usage/summary", member(call)).get("totalCostNanos").asLong())
			.isEqualTo(2 * 500_000L);
	}

	@Test
	void looksAtEveryRowAgainWhenAsked() {
		Calls call = Calls.aCall();
		publish(call.settled(1), call.settled(2));
		String admin = service.keys.admin();
		assertThat(pass(admin).get("differences").asLong()).isZero();
		// What a full pass finds that no counting of new rows would: the rows themselves
		// are others.
		service.jdbc.sql("UPDATE ledger SET cost_nanos = cost_nanos + 1 WHERE user_id = ? AND seq = 1")
			.param(call.user().value())
			.update();
		assertThat(pass(admin).get("differences").asLong()).isEqualTo(1);
		assertThat(service.json("/api/usage/audit", admin).get("whole").asBoolean()).isFalse();
		service.jdbc.sql("UPDATE ledger SET cost_nanos = cost_nanos - 1 WHERE user_id = ? AND seq = 1")
			.param(call.user().value())
			.update();
		assertThat(pass(admin).get("differences").asLong()).isZero();
	}

	private static JsonNode pass(String admin) {
		HttpResponse<String> begun = service.post("/api/usage/audit/passes", admin, "{}");
		assertThat(begun.statusCode()).isEqualTo(202);
		String id = new tools.jackson.databind.json.JsonMapper().readTree(begun.body()).get("id").asString();
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> service.json("/api/usage/audit/passes/" + id, admin),
					(pass) -> pass.get("state").asString().equals("done"));
	}

	@Test
	void refusesWhoeverMayNot() {
		new AccessMatrix(service.url(), service.keys.member(), FakeKeyService.SERVICE_SECRET)
			.allow(Access.OWNER, "GET /api/users/{user}/usage/summary", "GET /api/users/{user}/usage/daily",
					"GET /api/users/{user}/usage/events", "GET /api/users/{user}/usage/keys",
					"GET /api/users/{user}/usage/groups")
			.allow(Access.OWN_OBJECT, "GET /api/calls/{callId}")
			.allow(Access.ADMIN, "GET /api/usage/summary", "GET /api/usage/focus", "GET /api/usage/unpriced",
					"GET /api/usage/audit", "POST /api/usage/audit/passes", "GET /api/usage/audit/passes/{id}",
					"POST /api/usage/rerate", "GET /api/usage/jobs/{id}", "GET /api/usage/archives",
					"POST /api/usage/archives", "POST /api/usage/replay")
			.verify();
	}

	@Test
	void refusesToRateWithoutAPriceOrAReason() {
		String admin = service.keys.admin();
		assertThat(service.post("/api/usage/rerate", admin, body("openai:unheard-of", "why")).statusCode())
			.isEqualTo(404);
		assertThat(service.post("/api/usage/rerate", admin, body("openai:m", " ")).body())
			.contains("\"field\":\"reason\"");
		assertThat(service.post("/api/usage/rerate", admin, "{\"surprise\":1}").body()).contains("surprise");
		assertThat(service.post("/api/usage/rerate", service.keys.member(), body("openai:m", "why")).statusCode())
			.isEqualTo(403);
		assertThat(service.get("/api/usage/jobs/" + UuidV7.next(), admin).statusCode()).isEqualTo(404);
		assertThat(service.get("/api/usage/jobs/x", admin).statusCode()).isEqualTo(404);
	}

	private static JsonNode rerate(String admin, String model) {
		HttpResponse<String> opened = service.post("/api/usage/rerate", admin, body(model, "price corrected"));
		return awaitState(admin, idOf(opened), "done");
	}

	private static String idOf(HttpResponse<String> opened) {
		assertThat(opened.statusCode()).isEqualTo(202);
		return new tools.jackson.databind.json.JsonMapper().readTree(opened.body()).get("id").asString();
	}

	private static JsonNode awaitState(String admin, String job, String state) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> service.json("/api/usage/jobs/" + job, admin),
					(found) -> found.get("state").asString().equals(state));
	}

	private static String body(String model, String reason) {
		return "{\"period\":\"%s\",\"model\":\"%s\",\"reason\":\"%s\"}".formatted(YearMonth.now(ZoneOffset.UTC), model,
				reason);
	}

	/** As the gateway would tell it. */
	private static void price(String provider, String model, long input, long output) {
		prices.put("/api/prices/" + provider + ":" + model,
				"""
						{"version":"%d","prices":[],"rows":[{"provider":"%s","model":"%s","effectiveFrom":"2025-01-01T00:00:00Z",
						"cells":[{"meter":"input","priceNanos":%d},{"meter":"output","priceNanos":%d},
						{"meter":"input","tier":"flex","priceNanos":1}]}],"ignored":[]}"""
					.formatted(input, provider, model, input, output));
	}

	private static JsonNode source(JsonNode audit, Calls call) {
		return audit.get("sources")
			.valueStream()
			.filter((source) -> source.get("source").asString().equals(call.source()))
			.findFirst()
			.orElseThrow();
	}

	private static String member(Calls call) {
		return service.keys.issue(call.user(), Role.MEMBER);
	}

	private static void key(ApiKeyEvent event) {
		service.send(List.of(new ProducerRecord<>(Topics.KEYS, event.keyId().toString(),
				EventCodec.encode(CloudEvent.of(UuidV7.next(), "/keys", Instant.now(), event)))));
	}

	private static void status(UserId user, String zone, Long limitCents, Instant cycleStart) {
		BudgetStatus status = new BudgetStatus(user, 1, zone, YearMonth.now(ZoneOffset.UTC), Instant.now(), limitCents,
				Limit.BUDGET, BudgetStatus.Enforcement.HARD, NanoUsd.ZERO, cycleStart,
				Instant.now().plus(Duration.ofDays(20)), 1000, 0, NanoUsd.ZERO, Map.of());
		service.send(List.of(new ProducerRecord<>(Topics.BUDGET_STATUS, user.toString(),
				EventCodec.encode(CloudEvent.of(UuidV7.next(), "/budget", Instant.now(), status)))));
	}

	private static void publish(CloudEvent<?>... events) {
		publish(List.of(events));
	}

	private static void publish(List<? extends CloudEvent<?>> events) {
		service.publish(events);
		published += events.size();
		service.awaitIntake(published);
	}

}
