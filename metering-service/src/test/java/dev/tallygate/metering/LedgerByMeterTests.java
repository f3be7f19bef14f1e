package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.ledger.Aggregates;
import dev.tallygate.security.caller.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LedgerByMeterTests {

	private static MeteringService service;

	private static long published;

	@BeforeAll
	static void start() {
		service = new MeteringService();
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void keepsWhatACallUsedByMeter() {
		Calls call = Calls.aCall();
		CloudEvent<UsageSettled> sent = Calls.metered(call.settled(1), Map.of("team", "research"), Calls.charges(),
				List.of("web_fetch"));
		publish(sent);
		JsonNode event = service.json("/api/users/me/usage/events", member(call)).get("data").get(0);
		assertThat(event).isEqualTo(new JsonMapper().readTree(EventCodec.encode(sent)).get("data"));
		assertThat(service.json("/api/users/me/usage/summary", member(call)).get("partlyPricedRequests").asLong())
			.isEqualTo(1);
		List<String> csv = service.get("/api/users/me/usage/events", member(call), "Accept", "text/csv")
			.body()
			.lines()
			.toList();
		assertThat(csv.getFirst()).endsWith(",costUsd,tags,quantities,basis,charges,unpricedMeters,repeat,keyName");
		assertThat(csv.get(1)).contains(",0.00045,\"{\"\"team\"\":\"\"research\"\"}\",");
	}

	@Test
	void explainsACallToItsOwnerAndToAdministratorsOnly() {
		Calls call = Calls.aCall();
		CloudEvent<UsageSettled> sent = Calls.metered(call.settled(1), null, Calls.charges(), null);
		publish(sent, Calls.adjusted(sent.data(), UuidV7.next(), -50_000));
		String path = "/api/calls/" + sent.id();
		JsonNode report = service.json(path, member(call));
		assertThat(report.get("event").get("callId").asString()).isEqualTo(sent.id().toString());
		assertThat(report.get("charges")).hasSize(3);
		assertThat(report.get("charges").get(2).get("meter").asString()).isEqualTo("output");
		assertThat(report.get("charges").get(2).get("priceNanos").asLong()).isEqualTo(600_000_000);
		assertThat(report.get("charges").get(2).get("priceUsd").asString()).isEqualTo("0.6");
		assertThat(report.get("charges").get(2).get("costUsd").asString()).isEqualTo("0.0003");
		assertThat(report.get("priceVersion").asString()).isEqualTo("2026-11-01");
		assertThat(report.get("reported").get("quantities").get("cache_read").asLong()).isEqualTo(100);
		assertThat(report.get("reported").get("basis").get("serviceTier").asString()).isEqualTo("flex");
		assertThat(report.get("corrections").get(0).get("deltaNanos").asLong()).isEqualTo(-50_000);
		assertThat(report.get("costNanos").asLong()).isEqualTo(400_000);
		assertThat(report.get("costUsd").asString()).isEqualTo("0.0004");
		assertThat(service.json(path, service.keys.admin())).isEqualTo(report);
		HttpResponse<String> others = service.get(path, service.keys.member());
		assertThat(others.statusCode()).isEqualTo(404);
		assertThat(others.body()).isEqualTo(service.get("/api/calls/" + UuidV7.next(), service.keys.member()).body())
			.isEqualTo(service.get("/api/calls/x", service.keys.member()).body());
		assertThat(service.get(path, null).statusCode()).isEqualTo(401);
	}

	@Test
	void countsACallThatACorrectionHasPricedAsPriced() {
		Calls call = Calls.aCall().to("acme", "novel");
		CloudEvent<UsageSettled> unpriced = Calls.metered(call.unpriced().settled(1), null, null, null);
		CloudEvent<UsageSettled> partly = Calls.metered(call.settled(2), Map.of("team", "x"), Calls.charges(),
				List.of("maps"));
		CloudEvent<UsageSettled> still = Calls.metered(call.settled(3), null, Calls.charges(), List.of("maps"));
		publish(unpriced, partly, still);
		JsonNode found = unpriced();
		assertThat(found).hasSize(2);
		assertThat(found.get(0).get("meter").isNull()).isTrue();
		assertThat(found.get(0).get("requestCount").asLong()).isEqualTo(1);
		assertThat(found.get(0).get("inputTokens").asLong()).isEqualTo(1000);
		assertThat(found.get(1).get("meter").asString()).isEqualTo("maps");
		assertThat(found.get(1).get("requestCount").asLong()).isEqualTo(2);
		UUID job = UuidV7.next();
		CloudEvent<UsageAdjusted> priced = Calls.adjusted(unpriced.data(), job, 450_000);
		CloudEvent<UsageAdjusted> whole = withCharges(Calls.adjusted(partly.data(), job, 5_000), null);
		publish(priced, whole, withCharges(Calls.adjusted(still.data(), job, 5_000), List.of("maps")));
		// Again, and by another job: a call is priced once.
		publish(priced, Calls.adjusted(unpriced.data(), UuidV7.next(), 1));
		JsonNode summary = service.json("/api/users/me/usage/summary", member(call));
		assertThat(summary.get("unpricedRequests").asLong()).isZero();
		assertThat(summary.get("partlyPricedRequests").asLong()).isEqualTo(1);
		assertThat(summary.get("totalCostNanos").asLong()).isEqualTo(3 * 450_000 + 10_001);
		assertThat(unpriced()).singleElement()
			.satisfies((left) -> assertThat(left.get("requestCount").asLong()).isEqualTo(1));
		JsonNode tagged = service.json("/api/usage/summary?groupBy=tag:team", service.keys.admin()).get("data");
		assertThat(tagged.valueStream().filter((each) -> each.path("value").asString("").equals("x")).toList())
			.singleElement()
			.satisfies((group) -> assertThat(group.get("costNanos").asLong()).isEqualTo(455_000));
		assertThat(service.json("/api/usage/audit", service.keys.admin()).get("differences")).isEmpty();
		JsonNode before = everybody();
		service.bean(Aggregates.class).rebuild();
		assertThat(everybody()).isEqualTo(before);
		assertThat(service.jdbc.sql("SELECT count(*) FROM conflicting_duplicate").query(Long.class).single()).isZero();
	}

	@Test
	void groupsByTagPageByPage() {
		Instant lastMonth = YearMonth.now(ZoneOffset.UTC)
			.atDay(1)
			.atStartOfDay()
			.minusHours(2)
			.toInstant(ZoneOffset.UTC);
		Calls call = Calls.aCall().at(lastMonth);
		publish(Calls.metered(call.settled(1), Map.of("team", "a", "env", "live"), Calls.charges(), null),
				Calls.metered(call.settled(2), Map.of("team", "b"), Calls.charges(), null),
				Calls.metered(call.settled(3), Map.of("team", "b"), Calls.charges(), null), call.settled(4));
		String path = "/api/usage/summary?limit=1&groupBy=tag:team&period="
				+ YearMonth.from(lastMonth.atZone(ZoneOffset.UTC)) + "&cursor=";
		List<String> seen = new ArrayList<>();
		String cursor = "";
		do {
			JsonNode page = service.json(path + cursor, service.keys.admin());
			JsonNode group = page.get("data").get(0);
			seen.add(group.path("value").asString("none") + "=" + group.get("requestCount").asLong());
			assertThat(group.get("tag").asString()).isEqualTo("team");
			cursor = page.get("nextCursor").isNull() ? null : page.get("nextCursor").asString();
		}
		while (cursor != null);
		assertThat(seen).containsExactly("none=1", "a=1", "b=2");
	}

	@Test
	void groupsAMonthByTheUsersOwnTags() {
		Calls call = Calls.aCall();
		CloudEvent<UsageSettled> first = Calls.metered(call.settled(1), Map.of("team", "a", "env", "live"),
				Calls.charges(), null);
		publish(first, Calls.metered(call.settled(2), Map.of("team", "b"), Calls.charges(), null),
				Calls.metered(call.settled(3), Map.of("team", "b"), Calls.charges(), null), call.settled(4),
				Calls.metered(Calls.aCall().settled(1), Map.of("team", "b"), Calls.charges(), null));
		publish(Calls.adjusted(first.data(), UuidV7.next(), 1_000_000));
		assertThat(ownTags(call)).containsExactly("env:live=1 of 1450000", "team:a=1 of 1450000", "team:b=2 of 900000");
		List<String> pages = new ArrayList<>();
		String cursor = "";
		do {
			JsonNode page = service.json("/api/users/me/usage/groups?groupBy=tag&limit=1&cursor=" + cursor,
					member(call));
			assertThat(page.get("data")).hasSize(1);
			pages.add(page.get("data").get(0).get("tag").asString());
			cursor = page.get("nextCursor").asString("");
		}
		while (!cursor.isEmpty());
		assertThat(pages).containsExactly("env:live", "team:a", "team:b");
		service.bean(Aggregates.class).rebuild();
		assertThat(ownTags(call)).hasSize(3);
		assertThat(service.json("/api/users/me/usage/groups?groupBy=tag", service.keys.member()).get("data")).isEmpty();
	}

	private static List<String> ownTags(Calls call) {
		return service.json("/api/users/me/usage/groups?groupBy=tag", member(call))
			.get("data")
			.valueStream()
			.map((group) -> group.get("tag").asString() + "=" + group.get("requestCount") + " of "
					+ group.get("costNanos"))
			.toList();
	}

	@Test
	void exportsAMonthAsFocusInOneRowPerMeter() {
		Calls call = Calls.aCall().to("anthropic", "focused");
		CloudEvent<UsageSettled> first = Calls.metered(call.settled(1), null, Calls.charges(), null);
		Calls earlier = call.at(Instant.now().minus(Duration.ofDays(40)));
		publish(first, Calls.metered(call.settled(2), null, Calls.charges(), null),
				Calls.adjusted(first.data(), UuidV7.next(), -7), earlier.settled(3));
		publish(Calls.adjusted(earlier.settled(4).data(), UuidV7.next(), 11));
		HttpResponse<String> csv = service.get("/api/usage/focus", service.keys.admin());
		assertThat(csv.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
		List<String> header = List.of(csv.body().lines().findFirst().orElseThrow().split(","));
		List<Map<String, String>> rows = csv.body()
			.lines()
			.skip(1)
			.filter((line) -> line.contains(call.user().toString()))
			.map((line) -> row(header, line))
			.toList();
		assertThat(rows)
			.extracting((row) -> row.get("SkuMeter") + "|" + row.get("ChargeClass") + "|" + row.get("ConsumedQuantity")
					+ "|" + row.get("BilledCost"))
			.containsExactlyInAnyOrder("input||1800.0|0.00027", "cache_read||200.0|0.00003", "output||1000.0|0.0006",
					"|||-0.000000007", "|Correction||0.000000011");
		assertThat(rows.getFirst().get("ConsumedUnit")).isEqualTo("Tokens");
		assertThat(rows.getFirst()).containsEntry("ServiceName", "focused").containsEntry("BillingCurrency", "USD");
		assertThat(service.get("/api/usage/focus", service.keys.member()).statusCode()).isEqualTo(403);
	}

	private static Map<String, String> row(List<String> header, String line) {
		List<String> cells = List.of(line.replaceAll("\"(?:[^\"]|\"\")*\"", "quoted").split(",", -1));
		Map<String, String> row = new java.util.HashMap<>();
		for (int i = 0; i < header.size(); i++) {
			row.put(header.get(i), cells.get(i));
		}
		return row;
	}

	@Test
	void leavesOnlyTheEventsThatAreAskedFor() {
		AgentId agent = new AgentId(UuidV7.next());
		Calls call = Calls.aCall();
		publish(Calls.metered(call.settled(1), Map.of("team", "a:b"), Calls.charges(), null), call.by(agent).settled(2),
				call.to("anthropic", "claude-sonnet-4").settled(3), call.failed().settled(4));
		assertThat(count(call, "tag=team:a:b")).isEqualTo(1);
		assertThat(count(call, "agentId=" + agent)).isEqualTo(1);
		assertThat(count(call, "provider=anthropic&model=claude-sonnet-4")).isEqualTo(1);
		assertThat(count(call, "status=failed")).isEqualTo(1);
		assertThat(count(call, "apiKeyId=" + call.key())).isEqualTo(4);
		assertThat(count(call, "status=unheard-of")).isZero();
		assertThat(service.get("/api/users/me/usage/events?apiKeyId=x", member(call)).statusCode()).isEqualTo(400);
		assertThat(service.get("/api/users/me/usage/events?tag=x", member(call)).statusCode()).isEqualTo(400);
	}

	@Test
	void refusesCraftedCursorsWith400() {
		String admin = service.keys.admin();
		List<String> crafted = List.of("x", cursor(""), cursor("="), cursor("=x"), cursor("\0"), cursor("=\0"),
				cursor("a\nb"), cursor("=zzzzzzzz-0000-0000-0000-000000000000"), "%00", "====", "a".repeat(513));
		for (String path : List.of("/api/usage/summary?groupBy=user", "/api/usage/summary?groupBy=key",
				"/api/usage/summary?groupBy=agent", "/api/usage/summary?groupBy=tag:x", "/api/usage/unpriced?x=y",
				"/api/usage/summary?groupBy=model", "/api/users/me/usage/events?x=y",
				"/api/users/me/usage/groups?groupBy=key", "/api/users/me/usage/groups?groupBy=tag")) {
			for (String each : crafted) {
				assertThat(service.get(path + "&cursor=" + each, admin).statusCode()).as(path + " " + each)
					.isIn(200, 400);
			}
			assertThat(service.get(path + "&cursor=x", admin).statusCode()).as(path).isEqualTo(400);
		}
	}

	@Test
	void takesACorrectionThatComesAYearLate() {
		Calls call = Calls.aCall().at(Instant.now().minus(Duration.ofDays(400)));
		long before = deadLetters();
		publish(Calls.adjusted(call.settled(1).data(), UuidV7.next(), 7));
		assertThat(deadLetters()).isEqualTo(before);
		YearMonth then = YearMonth.from(call.startedAt().atZone(ZoneOffset.UTC));
		assertThat(
				service.json("/api/users/me/usage/summary?period=" + then, member(call)).get("totalCostNanos").asLong())
			.isEqualTo(7);
	}

	@Test
	void readsSeqAsTextAndAsNumberAndCountsDuplicates() {
		Calls call = Calls.aCall();
		CloudEvent<UsageSettled> event = call.settled(3_000_000_000L);
		String text = new String(EventCodec.encode(event), StandardCharsets.UTF_8);
		assertThat(text).contains("\"seq\":\"3000000000\"");
		service.publishRaw(text.replace("\"seq\":\"3000000000\"", "\"seq\":3000000000"));
		published++;
		publish(event);
		assertThat(service.jdbc.sql("SELECT seq FROM ledger WHERE event_id = ?")
			.param(event.id())
			.query(Long.class)
			.single()).isEqualTo(3_000_000_000L);
		assertThat(service.management("/actuator/prometheus").body().lines())
			.anyMatch((line) -> line.startsWith("tallygate_intake_records_total") && line.contains("duplicate")
					&& !line.endsWith(" 0.0"));
	}

	@Test
	void setsACallAsideWhoseNamesNoIndexTakes() {
		Calls call = Calls.aCall().to(wide(512), wide(512));
		long before = deadLetters();
		publish(call.settled(1), Calls.aCall().settled(1));
		assertThat(deadLetters()).isEqualTo(before + 1);
	}

	/** Letters of four bytes that do not compress. */
	private static String wide(int length) {
		java.util.Random random = new java.util.Random(7);
		StringBuilder text = new StringBuilder();
		while (text.length() < length) {
			text.append((char) (0x4E00 + random.nextInt(20_000)));
		}
		return text.toString();
	}

	private static long deadLetters() {
		return service.jdbc.sql("SELECT count(*) FROM dead_letter").query(Long.class).single();
	}

	private static JsonNode unpriced() {
		JsonNode data = service.json("/api/usage/unpriced", service.keys.admin()).get("data");
		return new JsonMapper()
			.valueToTree(data.valueStream().filter((each) -> each.get("provider").asString().equals("acme")).toList());
	}

	private static JsonNode everybody() {
		return new JsonMapper().valueToTree(List.of("user", "model", "key", "agent", "tag:team")
			.stream()
			.map((by) -> service.json("/api/usage/summary?limit=500&groupBy=" + by, service.keys.admin()).get("data"))
			.toList());
	}

	private static int count(Calls call, String query) {
		return service.json("/api/users/me/usage/events?" + query, member(call)).get("data").size();
	}

	private static CloudEvent<UsageAdjusted> withCharges(CloudEvent<UsageAdjusted> event,
			@Nullable List<String> unpricedMeters) {
		UsageAdjusted it = event.data();
		return CloudEvent.of(event.id(), event.source(), event.time(),
				new UsageAdjusted(it.callId(), it.userId(), it.job(), it.reason(), it.deltaNanos(), it.priceVersion(),
						it.apiKeyId(), it.keyType(), it.agentId(), it.provider(), it.model(), it.credential(),
						it.period(), it.day(), Calls.charges(), unpricedMeters));
	}

	private static String cursor(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String member(Calls call) {
		return service.keys.issue(call.user(), Role.MEMBER);
	}

	private static void publish(CloudEvent<?>... events) {
		service.publish(events);
		published += events.length;
		service.awaitIntake(published);
	}

}
