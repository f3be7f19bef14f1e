package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoops;
import dev.tallygate.messaging.DatabaseLimits;
import dev.tallygate.messaging.LoopHealth;
import dev.tallygate.messaging.ShownMetrics;
import dev.tallygate.security.caller.AccessMatrix;
import dev.tallygate.security.caller.AccessMatrix.Access;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.FakeKeyService;
import dev.tallygate.security.caller.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BudgetApiTests {

	private static Fixture fixture;

	@BeforeAll
	static void start() {
		fixture = Fixture.shared();
	}

	@Test
	void waitsForItsDatabaseNoLongerThanItSays() throws Exception {
		DatabaseLimits.check(fixture.service().getBean(DataSource.class));
	}

	@Test
	void whatIsShownOfItBeginsAtZeroAndIsExplained() throws Exception {
		ShownMetrics.check("budget", fixture.service().getEnvironment());
	}

	@Test
	void aThreadThatEndedInSilenceIsSeenFromOutside() throws Exception {
		LoopHealth.check(fixture.service().getBean(BackgroundLoops.class), fixture.service().getEnvironment(),
				"heartbeat", "outbox-sender", "dead-letters");
	}

	@Test
	void aNewUserHasNoLimit() {
		UserId user = Fixture.newUser();
		var answer = fixture.get("/api/users/me/budget", fixture.keyOf(user));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.cacheControl()).isEqualTo("no-store");
		var body = answer.body();
		assertThat(body.get("userId").asString()).isEqualTo(user.toString());
		for (String field : List.of("monthlyBudgetCents", "ceilingCents", "binding", "remainingNanos", "percentUsed")) {
			assertThat(body.get(field).isNull()).as(field).isTrue();
		}
		assertThat(body.get("state").asString()).isEqualTo("none");
		assertThat(body.get("enforcement").asString()).isEqualTo("hard");
		assertThat(body.get("thresholds").toString()).isEqualTo("[75,90,100]");
		assertThat(body.get("timeZone").asString()).isEqualTo("UTC");
		assertThat(body.get("spentUsd").asString()).isEqualTo("0");
		assertThat(body.get("forecastMethod").asString()).isEqualTo("mean-rate");
		assertThat(body.get("periodStart").asString()).endsWith("-01T00:00:00Z");
	}

	@Test
	void whatIsAbsentStaysAndNullTakesTheLimitAway() {
		UserId user = Fixture.newUser();
		String key = fixture.keyOf(user);
		fixture.patchBudget(user, key, "{\"monthlyBudgetCents\":500,\"enforcement\":\"soft\",\"thresholds\":[50,10]}");
		var unchanged = fixture.patchBudget(user, key, "{}").body();
		assertThat(unchanged.get("monthlyBudgetCents").asLong()).isEqualTo(500);
		assertThat(unchanged.get("enforcement").asString()).isEqualTo("soft");
		assertThat(unchanged.get("thresholds").toString()).isEqualTo("[10,50]");
		assertThat(unchanged.get("binding").asString()).isEqualTo("budget");
		assertThat(unchanged.get("percentUsed").asString()).isEqualTo("0.00");
		assertThat(unchanged.get("state").asString()).isEqualTo("ok");
		var cleared = fixture.patchBudget(user, key, "{\"monthlyBudgetCents\":null}").body();
		assertThat(cleared.get("monthlyBudgetCents").isNull()).isTrue();
		assertThat(cleared.get("state").asString()).isEqualTo("none");
		var nothing = fixture.patchBudget(user, key, "{\"monthlyBudgetCents\":0}").body();
		assertThat(nothing.get("state").asString()).isEqualTo("exceeded");
	}

	@Test
	void aChangedZoneWaitsForTheNextPeriod() {
		UserId user = Fixture.newUser();
		var before = fixture.get("/api/users/me/budget", fixture.keyOf(user)).body();
		var after = fixture.patchBudget(user, fixture.keyOf(user), "{\"timeZone\":\"Asia/Tokyo\"}").body();
		assertThat(after.get("timeZone").asString()).isEqualTo("Asia/Tokyo");
		assertThat(after.get("periodTimeZone").asString()).isEqualTo("UTC");
		assertThat(after.get("periodEnd")).isEqualTo(before.get("periodEnd"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"monthlyBudgetCents":-1}              | monthlyBudgetCents
			{"monthlyBudgetCents":1000000001}      | monthlyBudgetCents
			{"monthlyBudgetCents":99999999999999999999999999} | monthlyBudgetCents
			{"monthlyBudgetCents":1.5}             | monthlyBudgetCents
			{"monthlyBudgetCents":100.0}           | monthlyBudgetCents
			{"monthlyBudgetCents":1e3}             | monthlyBudgetCents
			{"monthlyBudgetCents":1e400}           | monthlyBudgetCents
			{"monthlyBudgetCents":"100"}           | monthlyBudgetCents
			{"monthlyBudgetCents":true}            | monthlyBudgetCents
			{"monthlyBudgetCents":[1]}             | monthlyBudgetCents
			{"monthlyBudgetCents":{}}              | monthlyBudgetCents
			{"enforcement":"strict"}               | enforcement
			{"enforcement":null}                   | enforcement
			{"enforcement":1}                      | enforcement
			{"thresholds":null}                    | thresholds
			{"thresholds":75}                      | thresholds
			{"thresholds":[0]}                     | thresholds
			{"thresholds":[1001]}                  | thresholds
			{"thresholds":[50,50]}                 | thresholds
			{"thresholds":["75"]}                  | thresholds
			{"thresholds":[75.5]}                  | thresholds
			{"thresholds":[1,2,3,4,5,6,7,8,9,10,11]} | thresholds
			{"timeZone":"Mars/Olympus"}            | timeZone
			{"timeZone":"+02:00"}                  | timeZone
			{"timeZone":""}                        | timeZone
			{"timeZone":null}                      | timeZone
			{"budget":1}                           | budget
			{"monthlyBudgetCents":1,"extra":null}  | extra
			""")
	void refusesABadPatchAndNamesTheField(String body, String field) {
		UserId user = Fixture.newUser();
		var answer = fixture.patchBudget(user, fixture.keyOf(user), body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.code()).isEqualTo("invalid_request");
		assertThat(answer.field()).isEqualTo(field);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "1", "null", "\"x\"", "{\"monthlyBudgetCents\":1,\"monthlyBudgetCents\":2}",
			"{\"monthlyBudgetCents\":NaN}", "{} {}" })
	void refusesWhatIsNoJsonObject(String body) {
		UserId user = Fixture.newUser();
		assertThat(fixture.patchBudget(user, fixture.keyOf(user), body).status()).isEqualTo(400);
	}

	/**
	 * An administrator changes nothing of an id that is nobody's; this one is somebody's.
	 */
	private static void known(UserId user) {
		assertThat(fixture.patchBudget(user, fixture.keyOf(user), "{\"monthlyBudgetCents\":null}").status())
			.isEqualTo(200);
	}

	@Test
	void onlyAnAdministratorSetsACeiling() {
		UserId user = Fixture.newUser();
		var refused = fixture.patchBudget(user, fixture.keyOf(user), "{\"ceilingCents\":null,\"nonsense\":1}");
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.code()).isEqualTo("forbidden");
		known(user);
		var set = fixture.patchBudget(user, fixture.keys.admin(), "{\"ceilingCents\":7}");
		assertThat(set.body().get("ceilingCents").asLong()).isEqualTo(7);
		assertThat(set.body().get("binding").asString()).isEqualTo("ceiling");
	}

	@ParameterizedTest
	@ValueSource(strings = { "budget", "billing-account", "alerts" })
	void anotherUserDoesNotExist(String resource) {
		String key = fixture.keys.member();
		var other = fixture.get("/api/users/" + Fixture.newUser() + "/" + resource, key);
		var none = fixture.get("/api/users/nobody/" + resource, key);
		assertThat(other.status()).isEqualTo(404);
		assertThat(other.body()).isEqualTo(none.body());
		assertThat(fixture.get("/api/users/me/" + resource, key).status()).isEqualTo(200);
		assertThat(fixture.exchange("GET", "/api/users/me/" + resource, null, null).status()).isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "budget", "budget/history", "billing-account", "alerts", "keys/budgets" })
	void whoIsNotThereIsNotThereForAnAdministratorToo(String resource) {
		assertThat(fixture.get("/api/users/" + Fixture.newUser() + "/" + resource, fixture.keys.admin()).status())
			.isEqualTo(404);
		UserId user = Fixture.newUser();
		known(user);
		assertThat(fixture.get("/api/users/" + user + "/" + resource, fixture.keys.admin()).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "GET,/api/budgets", "GET,/api/alerts", "POST,/api/users/me/credits", "POST,/api/budgets/republish" })
	void theOperatorsCallsAreForAdministrators(String method, String path) {
		String body = "POST".equals(method) ? "{}" : null;
		assertThat(fixture.exchange(method, path, null, body).status()).isEqualTo(401);
		assertThat(fixture.exchange(method, path, fixture.keys.member(), body).status()).isEqualTo(403);
	}

	@Test
	void listsBudgetsByStatePageByPage() {
		String admin = fixture.keys.admin();
		List<UserId> users = List.of(Fixture.newUser(), Fixture.newUser(), Fixture.newUser());
		users.forEach((user) -> fixture.patchBudget(user, fixture.keyOf(user), "{\"monthlyBudgetCents\":0}"));
		List<String> found = new ArrayList<>();
		String cursor = "";
		do {
			var page = fixture.get("/api/budgets?state=exceeded&limit=2&cursor=" + cursor, admin).body();
			page.get("data").forEach((each) -> {
				assertThat(each.get("state").asString()).isEqualTo("exceeded");
				found.add(each.get("userId").asString());
			});
			cursor = page.get("nextCursor").asString("");
		}
		while (!cursor.isEmpty());
		assertThat(found).doesNotHaveDuplicates().containsAll(users.stream().map(UserId::toString).toList());
		assertThat(fixture.get("/api/budgets?state=broke", admin).field()).isEqualTo("state");
		assertThat(fixture.get("/api/budgets?cursor=x", admin).field()).isEqualTo("cursor");
		assertThat(fixture.get("/api/budgets?limit=0", admin).field()).isEqualTo("limit");
	}

	@Test
	void grantsOnceForAnIdempotencyKey() {
		UserId user = Fixture.newUser();
		known(user);
		String grant = "{\"amount\":250,\"reason\":\"welcome\",\"idempotencyKey\":\"g-1\"}";
		assertThat(grant(user, grant).status()).isEqualTo(201);
		var again = grant(user, grant);
		assertThat(again.status()).isEqualTo(200);
		assertThat(again.body().get("creditsGranted").asLong()).isEqualTo(250);
		assertThat(again.body().get("creditsRemaining").asLong()).isEqualTo(1250);
		var other = grant(user, grant.replace("250", "251"));
		assertThat(other.status()).isEqualTo(409);
		assertThat(other.code()).isEqualTo("idempotency_key_taken");
	}

	@Test
	void grantsOnceHoweverManyAskAtOnce() throws Exception {
		UserId user = Fixture.newUser();
		known(user);
		List<Integer> statuses = new CopyOnWriteArrayList<>();
		try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 20; i++) {
				callers.execute(() -> statuses
					.add(grant(user, "{\"amount\":250,\"reason\":\"welcome\",\"idempotencyKey\":\"g-1\"}").status()));
			}
		}
		assertThat(statuses).hasSize(20).containsOnlyOnce(201).containsOnly(200, 201);
		assertThat(
				fixture.get("/api/users/me/billing-account", fixture.keyOf(user)).body().get("creditsGranted").asLong())
			.isEqualTo(250);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"reason":"r","idempotencyKey":"k"}                              | amount
			{"amount":0,"reason":"r","idempotencyKey":"k"}                   | amount
			{"amount":1,"reason":"\\ud800","idempotencyKey":"k"}             | reason
			{"amount":1,"reason":"r","idempotencyKey":"k\\udc00\\ud800"}     | idempotencyKey
			{"amount":-5,"reason":"r","idempotencyKey":"k"}                  | amount
			{"amount":1.5,"reason":"r","idempotencyKey":"k"}                 | amount
			{"amount":"5","reason":"r","idempotencyKey":"k"}                 | amount
			{"amount":1000000001,"reason":"r","idempotencyKey":"k"}          | amount
			{"amount":5,"idempotencyKey":"k"}                                | reason
			{"amount":5,"reason":"r"}                                        | idempotencyKey
			{"amount":5,"reason":"r","idempotencyKey":" "}                   | idempotencyKey
			{"amount":5,"reason":"r","idempotencyKey":"k","userId":"x"}      | userId
			""")
	void refusesABadGrantAndNamesTheField(String body, String field) {
		UserId user = Fixture.newUser();
		known(user);
		var answer = grant(user, body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.field()).isEqualTo(field);
	}

	@Test
	void refusesWhoeverMayNot() {
		String restricted = ApiKeyFormat.generate(KeyType.DEV);
		fixture.keys.put(restricted, new Caller(Fixture.newUser(), new ApiKeyId(UuidV7.next()), KeyType.DEV, Role.ADMIN,
				Set.of("openai:*"), null));
		new AccessMatrix(fixture.url(), fixture.keys.member(), FakeKeyService.SERVICE_SECRET)
			.allow(Access.OWNER, "GET /api/users/{user}/budget", "PATCH /api/users/{user}/budget",
					"GET /api/users/{user}/budget/history", "GET /api/users/{user}/billing-account",
					"GET /api/users/{user}/alerts", "POST /api/users/{user}/credits",
					"GET /api/users/{user}/keys/budgets", "GET /api/users/{user}/keys/{key}/budget",
					"PUT /api/users/{user}/keys/{key}/budget", "DELETE /api/users/{user}/keys/{key}/budget")
			.allow(Access.ADMIN, "GET /api/alerts", "GET /api/budgets", "GET /api/budgets/default",
					"PUT /api/budgets/default", "DELETE /api/budgets/default", "GET /api/budgets/installation",
					"PUT /api/budgets/installation", "DELETE /api/budgets/installation", "GET /api/budgets/sources",
					"POST /api/budgets/sources/close", "POST /api/budgets/republish", "GET /api/webhooks",
					"POST /api/webhooks", "GET /api/webhooks/{id}", "PATCH /api/webhooks/{id}",
					"DELETE /api/webhooks/{id}", "GET /api/webhooks/{id}/deliveries",
					"POST /api/webhooks/{id}/deliveries/{delivery}/redeliver",
					"POST /api/webhooks/deliveries/{delivery}/redeliver", "POST /api/webhooks/{id}/rotate-secret",
					"POST /api/webhooks/{id}/test")
			.knowingWhatThereIs(fixture.keys.admin())
			.refusingChangesBy(restricted)
			.verify();
	}

	@Test
	void documentsItsApi() {
		var document = fixture.exchange("GET", "/v3/api-docs", null, null).body();
		assertThat(document.get("paths").propertyNames()).contains("/api/users/{user}/budget", "/api/budgets",
				"/api/users/{user}/billing-account", "/api/users/{user}/credits", "/api/users/{user}/alerts",
				"/api/alerts");
		assertThat(document.at("/paths/~1api~1budgets/get/responses/default/$ref").asString())
			.isEqualTo("#/components/responses/Problem");
		assertThat(document.at("/components/schemas/Problem/properties").propertyNames()).contains("code", "detail");
		var budget = document.at("/components/schemas/BudgetView/properties");
		assertThat(budget.at("/ceilingCents/type")).extracting(JsonNode::asString).containsExactly("integer", "null");
		assertThat(budget.at("/spentNanos/type").asString()).isEqualTo("integer");
	}

	private static Fixture.Answer grant(UserId user, String body) {
		return fixture.exchange("POST", "/api/users/" + user + "/credits", fixture.keys.admin(), body);
	}

}
