package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.budgets.Fixture.Answer;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Lines as gateways ask for them.
 */
class LeaseApiTests {

	private final Fixture fixture = Fixture.shared();

	private final String source = "/gateway/lease-" + UuidV7.next() + "/0199aa00";

	private final String other = "/gateway/lease-" + UuidV7.next() + "/0199aa01";

	@Test
	void aLineIsGivenAndShrinksByCounting() {
		long session = register(this.source, UuidV7.next());
		UserId user = user(10);
		JsonNode status = ask(this.source, session, user, 1, 40_000_000).path("status");
		assertThat(line(status, this.source)).isGreaterThanOrEqualTo(40_000_000);
		assertThat(status.path("lines").path("budget").path("epoch").asLong()).isGreaterThanOrEqualTo(session);
		assertThat(status.path("limitCents").asLong()).isEqualTo(10);
	}

	@Test
	void whatOneHoldsTheOtherDoesNotGetUntilItIsGivenBack() {
		long mine = register(this.source, UuidV7.next());
		long others = register(this.other, UuidV7.next());
		UserId user = user(10);
		JsonNode first = ask(this.source, mine, user, 1, 90_000_000).path("status");
		assertThat(line(first, this.source)).isGreaterThanOrEqualTo(90_000_000);
		JsonNode refused = ask(this.other, others, user, 1, 40_000_000).path("status");
		assertThat(line(refused, this.other)).isZero();
		assertThat(refused.path("lines").path("budget").path("wanted").asBoolean()).isTrue();
		ask(this.source, mine, user, 2, 30_000_000);
		JsonNode granted = ask(this.other, others, user, 2, 40_000_000).path("status");
		assertThat(line(granted, this.other)).isEqualTo(40_000_000);
		assertThat(line(ask(this.source, mine, user, 1, 0).path("status"), this.source)).as("late")
			.isEqualTo(30_000_000);
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			var told = this.fixture.statusOf(user);
			return told != null && told.version() >= granted.path("version").asLong() && told.lines() != null;
		});
	}

	@Test
	void anAskThatComesTwiceOrTooLateChangesNothing() {
		long session = register(this.source, UuidV7.next());
		UserId user = user(100);
		ask(this.source, session, user, 2, 300_000_000);
		long line = line(ask(this.source, session, user, 3, 50_000_000).path("status"), this.source);
		assertThat(line).isEqualTo(50_000_000);
		for (long number : new long[] { 3, 1, 2, 2, 3 }) {
			JsonNode status = ask(this.source, session, user, number, 300_000_000).path("status");
			assertThat(line(status, this.source)).as("ask " + number).isEqualTo(line);
		}
		assertThat(line(ask(this.source, session, user, 4, 60_000_000).path("status"), this.source))
			.isGreaterThanOrEqualTo(60_000_000);
	}

	@Test
	void whatIsLentBeyondALoweredLimitIsWantedBack() {
		long mine = register(this.source, UuidV7.next());
		long others = register(this.other, UuidV7.next());
		UserId user = user(10);
		ask(this.source, mine, user, 1, 50_000_000);
		ask(this.other, others, user, 1, 40_000_000);
		this.fixture.patchBudget(user, this.fixture.keyOf(user), "{\"monthlyBudgetCents\":6}");
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			var told = this.fixture.statusOf(user);
			BudgetStatus.Lines lines = (told != null && told.lines() != null) ? told.lines().get("budget") : null;
			return told != null && Long.valueOf(6).equals(told.limitCents()) && lines != null && lines.wanted();
		});
		assertThat(line(ask(this.source, mine, user, 2, 10_000_000).path("status"), this.source)).isEqualTo(10_000_000);
		JsonNode status = ask(this.other, others, user, 2, 45_000_000).path("status");
		assertThat(line(status, this.other)).isGreaterThanOrEqualTo(45_000_000);
		assertThat(line(status, this.source) + line(status, this.other)).isLessThanOrEqualTo(60_000_000);
		assertThat(status.path("lines").path("budget").path("wanted").asBoolean()).as("all is well again").isFalse();
	}

	@Test
	void aListWithNothingAtAPlaceIsRefusedByItsName() {
		long session = register(this.source, UuidV7.next());
		String from = "{\"source\":\"" + this.source + "\",\"session\":" + session + ",";
		for (String[] bad : new String[][] { { "/internal/leases", "asks" }, { "/internal/open-calls", "calls" },
				{ "/internal/leases/installation/counted", "users" } }) {
			Answer answer = post(bad[0], from + "\"" + bad[1] + "\":[null]}");
			assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
			assertThat(answer.field()).isEqualTo(bad[1]);
		}
		Answer webhook = this.fixture.exchange("POST", "/api/webhooks", this.fixture.keys.admin(),
				"{\"url\":\"https://93.184.215.14/x\",\"types\":[null]}");
		assertThat(webhook.status()).isEqualTo(400);
		assertThat(webhook.field()).isEqualTo("types");
	}

	@Test
	void anEarlierProcessIsOver() {
		UUID process = UuidV7.next();
		long session = register(this.source, process);
		assertThat(register(this.source, process)).isEqualTo(session);
		long next = register(this.source, UuidV7.next());
		assertThat(next).isGreaterThan(session);
		Answer answer = post("/internal/leases", body(this.source, session, user(10), 1, 1));
		assertThat(answer.status()).isEqualTo(409);
		assertThat(answer.code()).isEqualTo("session_over");
	}

	@Test
	void aGatewayThatNeverComesBackIsClosedByAnAdministrator() {
		long session = register(this.source, UuidV7.next());
		UserId user = user(10);
		ask(this.source, session, user, 1, 90_000_000);
		assertThat(this.fixture
			.exchange("POST", "/api/budgets/sources/close", this.fixture.keys.admin(),
					"{\"source\":\"" + this.source + "\"}")
			.status()).isEqualTo(204);
		long others = register(this.other, UuidV7.next());
		assertThat(line(ask(this.other, others, user, 1, 90_000_000).path("status"), this.other))
			.isGreaterThanOrEqualTo(90_000_000);
		assertThat(post("/internal/leases", body(this.source, session, user, 2, 1)).status()).isEqualTo(409);
	}

	@Test
	void theInstallationsLimitIsGrantedOnceToAllGatewaysTogether() {
		long mine = register(this.source, UuidV7.next());
		long others = register(this.other, UuidV7.next());
		YearMonth month = YearMonth.now(ZoneOffset.UTC);
		try {
			long left = limitInstallation(11).left();
			assertThat(askForAll(this.source, mine, month, 1, left - 10_000_000))
				.isGreaterThanOrEqualTo(left - 10_000_000);
			assertThat(askForAll(this.other, others, month, 1, 20_000_000)).as("the first has it").isZero();
			await().atMost(Duration.ofSeconds(5))
				.until(() -> this.fixture.installations.stream()
					.anyMatch((told) -> Boolean.TRUE.equals(told.wanted())));
			UserId user = Fixture.newUser();
			this.fixture.publish(Topics.USAGE, Fixture.systemCall(user, 30_000_000, 1, this.source));
			await().atMost(Duration.ofSeconds(10))
				.until(() -> counted(this.source, mine, user).path("spent").asLong() == 30_000_000);
			assertThat(counted(this.source, mine, user).path("applied").path(user.toString()).asLong()).isEqualTo(1);
			assertThat(askForAll(this.source, mine, month, 2, 30_000_000)).as("given back").isEqualTo(30_000_000);
			assertThat(askForAll(this.source, mine, month, 1, left)).as("late").isEqualTo(30_000_000);
			assertThat(askForAll(this.other, others, month, 2, 20_000_000)).isGreaterThanOrEqualTo(20_000_000);
			assertThat(askForAll(this.other, others, month, 3, left - 29_999_999)).as("one too much")
				.isLessThan(left - 29_999_999);
			assertThat(askForAll(this.other, others, month.minusMonths(1), 4, 0)).as("a month that is over")
				.isGreaterThanOrEqualTo(20_000_000);
			assertThat(post("/internal/leases/installation", forAll(this.other, others, month, 5, -1)).field())
				.isEqualTo("line");
			assertThat(post("/internal/leases/installation", forAll(this.other, others - 1, month, 5, 1)).code())
				.isEqualTo("session_over");
		}
		finally {
			freeInstallation(this.source, this.other);
		}
	}

	@Test
	void whatIsGrantedBeyondALoweredLimitOfTheInstallationIsWantedBack() {
		long session = register(this.source, UuidV7.next());
		YearMonth month = YearMonth.now(ZoneOffset.UTC);
		try {
			Limited limited = limitInstallation(11);
			askForAll(this.source, session, month, 1, limited.left() - 10_000_000);
			awaitInstallation(limited.cents(), false);
			this.fixture.exchange("PUT", "/api/budgets/installation", this.fixture.keys.admin(), "{\"limitCents\":1}");
			awaitInstallation(1, true);
		}
		finally {
			freeInstallation(this.source);
		}
	}

	/**
	 * Limits the installation.
	 * @param cents how much more than is spent
	 */
	private Limited limitInstallation(long cents) {
		String admin = this.fixture.keys.admin();
		long spent = this.fixture.get("/api/budgets/installation", admin).body().path("spentNanos").asLong();
		long limit = spent / 10_000_000 + cents;
		this.fixture.exchange("PUT", "/api/budgets/installation", admin, "{\"limitCents\":" + limit + "}");
		return new Limited(limit, limit * 10_000_000 - spent);
	}

	private void freeInstallation(String... sources) {
		String admin = this.fixture.keys.admin();
		this.fixture.exchange("DELETE", "/api/budgets/installation", admin, null);
		for (String each : sources) {
			this.fixture.exchange("POST", "/api/budgets/sources/close", admin, "{\"source\":\"" + each + "\"}");
		}
	}

	/** A limit in US cents, and what is left of it in nano-USD. */
	private record Limited(long cents, long left) {

	}

	private void awaitInstallation(long cents, boolean wanted) {
		await().atMost(Duration.ofSeconds(10))
			.until(() -> this.fixture.installations.stream()
				.anyMatch((told) -> Long.valueOf(cents).equals(told.limitCents())
						&& Boolean.valueOf(wanted).equals(told.wanted())));
	}

	private long askForAll(String from, long session, YearMonth month, long ask, long line) {
		Answer answer = post("/internal/leases/installation", forAll(from, session, month, ask, line));
		assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
		return answer.body().path("granted").asLong();
	}

	private static String forAll(String from, long session, YearMonth month, long ask, long line) {
		return "{\"source\":\"" + from + "\",\"session\":" + session + ",\"period\":\"" + month + "\",\"ask\":" + ask
				+ ",\"line\":" + line + "}";
	}

	private JsonNode counted(String from, long session, UserId user) {
		Answer answer = post("/internal/leases/installation/counted",
				"{\"source\":\"" + from + "\",\"session\":" + session + ",\"users\":[\"" + user + "\"]}");
		assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
		return answer.body();
	}

	@Test
	void onlyAGatewayMayAskAndOnlyInGoodForm() {
		long session = register(this.source, UuidV7.next());
		UserId user = user(10);
		String good = body(this.source, session, user, 1, 1);
		String itsSecret = Fixture.basic("gateway", Fixture.GATEWAY_SECRET);
		String atAnother = this.fixture.keys.authorization("gateway", "metering");
		String itsOwn = Fixture.basic("budget", dev.tallygate.security.caller.FakeKeyService.SERVICE_SECRET);
		assertThat(this.fixture.internal("/internal/leases", itsSecret, good).status()).isEqualTo(401);
		assertThat(this.fixture.internal("/internal/leases", atAnother, good).status()).isEqualTo(401);
		assertThat(this.fixture.internal("/internal/leases", itsOwn, good).status()).isEqualTo(403);
		assertThat(this.fixture.exchange("POST", "/internal/leases", this.fixture.keys.admin(), good).status())
			.isEqualTo(404);
		assertThat(
				post("/internal/leases", "{\"source\":\"" + this.source + "\",\"session\":" + session + ",\"asks\":[]}")
					.field())
			.isEqualTo("asks");
		assertThat(post("/internal/leases", body(this.source, session, user, 1, -1)).field()).isEqualTo("line");
		assertThat(post("/internal/leases", good.replace("\"budget\"", "null")).field()).isEqualTo("scope");
		assertThat(post("/internal/leases/sources", "{\"source\":\"\",\"process\":null}").field()).isEqualTo("source");
		assertThat(post("/internal/leases/sources", "{\"source\":\"x\"}").field()).isEqualTo("process");
		UserId stranger = Fixture.newUser();
		JsonNode answer = ask(this.source, session, stranger, 1, 1).path("status");
		assertThat(answer.path("limitCents").isNull()).as("a user it never saw has no limit").isTrue();
	}

	@Test
	void aGatewayGoesOnWhileKeyServiceIsAwayAndAnUnknownOneIsPutOff() {
		long session = register(this.source, UuidV7.next());
		UserId user = user(10);
		int asked = this.fixture.keys.verifications();
		ask(this.source, session, user, 1, 1);
		assertThat(this.fixture.keys.verifications()).as("remembered").isEqualTo(asked);
		this.fixture.keys.down(true);
		try {
			ask(this.source, session, user, 2, 1);
			Answer unknown = this.fixture.internal("/internal/leases",
					this.fixture.keys.authorization("gateway", "metering"), body(this.source, session, user, 3, 1));
			assertThat(unknown.status()).isEqualTo(503);
			assertThat(unknown.code()).isEqualTo("key_service_unavailable");
		}
		finally {
			this.fixture.keys.down(false);
		}
	}

	@Test
	void whatIsOpenAtOneGatewayTheOthersLearn() {
		long mine = register(this.source, UuidV7.next());
		long others = register(this.other, UuidV7.next());
		try {
			UserId user = Fixture.newUser();
			JsonNode before = elsewhere(this.other, others, user);
			assertThat(tell(this.source, mine, user, 3, 70_000_000).body().path("others").asInt()).isPositive();
			JsonNode after = elsewhere(this.other, others, user);
			assertThat(after.path("openCalls").asInt()).isEqualTo(3);
			assertThat(after.path("heldNanos").asLong()).isEqualTo(70_000_000);
			assertThat(after.path("gateways").asInt()).isEqualTo(before.path("gateways").asInt() + 1);
			assertThat(after.path("silent").asInt()).isEqualTo(before.path("silent").asInt() - 1);
			assertThat(elsewhere(this.source, mine, user).path("openCalls").asInt()).as("its own").isZero();
			tell(this.source, mine, Fixture.newUser(), 1, 1);
			assertThat(elsewhere(this.other, others, user).path("openCalls").asInt()).as("ended since").isZero();
			assertThat(tell(this.source, mine - 1, user, 3, 1).code()).isEqualTo("session_over");
			assertThat(tell(this.source, mine, user, -1, 1).field()).isEqualTo("calls");
			assertThat(post("/internal/open-calls",
					"{\"source\":\"" + this.source + "\",\"session\":" + mine + ",\"calls\":[null]}")
				.field()).isEqualTo("calls");
			assertThat(post("/internal/open-calls/elsewhere",
					"{\"source\":\"" + this.source + "\",\"session\":" + mine + "}")
				.field()).isEqualTo("userId");
		}
		finally {
			freeInstallation(this.source, this.other);
		}
		assertThat(this.fixture.service()
			.getBean(JdbcClient.class)
			.sql("SELECT count(*) FROM open_calls WHERE source = ?")
			.param(this.source)
			.query(Long.class)
			.single()).as("of a source that is closed").isZero();
	}

	@Test
	void anAdministratorSeesWhichGatewayIsSilent() {
		long session = register(this.source, UuidV7.next());
		try {
			assertThat(known().path("silent").asBoolean(true)).as("just registered").isFalse();
			assertThat(known().path("heardAt").isNull()).isTrue();
			tell(this.source, session, Fixture.newUser(), 1, 1);
			assertThat(known().path("heardAt").isNull()).isFalse();
			this.fixture.jdbc.update("UPDATE gateway_source SET seen_at = now() - interval '1 hour' WHERE source = ?",
					this.source);
			assertThat(known().path("silent").asBoolean(true)).as("told of late").isFalse();
			this.fixture.jdbc.update("UPDATE open_calls SET told_at = now() - interval '16 seconds' WHERE source = ?",
					this.source);
			assertThat(known().path("silent").asBoolean()).isTrue();
		}
		finally {
			freeInstallation(this.source);
		}
		assertThat(known().path("silent").asBoolean(true)).as("one that is closed").isFalse();
		assertThat(this.fixture
			.exchange("POST", "/api/budgets/sources/close", this.fixture.keys.admin(), "{\"source\":\"\\u0000\"}")
			.field()).isEqualTo("source");
	}

	/** This test's gateway, as administrators see it. */
	private JsonNode known() {
		return this.fixture.get("/api/budgets/sources?limit=500", this.fixture.keys.admin())
			.body()
			.path("data")
			.valueStream()
			.filter((each) -> each.path("source").asString().equals(this.source))
			.findFirst()
			.orElseThrow();
	}

	private Answer tell(String from, long session, UserId user, int calls, long nanos) {
		return post("/internal/open-calls",
				"{\"source\":\"" + from + "\",\"session\":" + session + ",\"calls\":[{\"userId\":\"" + user
						+ "\",\"openCalls\":" + calls + ",\"heldNanos\":" + nanos + "}]}");
	}

	private JsonNode elsewhere(String from, long session, UserId user) {
		Answer answer = post("/internal/open-calls/elsewhere",
				"{\"source\":\"" + from + "\",\"session\":" + session + ",\"userId\":\"" + user + "\"}");
		assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
		return answer.body();
	}

	@Test
	void limitsThatChangeMeanwhileRefuseNoAsk() throws Exception {
		long session = register(this.source, UuidV7.next());
		YearMonth month = YearMonth.now(ZoneOffset.UTC);
		String admin = this.fixture.keys.admin();
		List<Future<?>> changing = new ArrayList<>();
		try (ExecutorService administrators = Executors.newFixedThreadPool(4)) {
			for (int i = 0; i < 4; i++) {
				int number = i;
				changing.add(administrators.submit(() -> {
					for (int change = 0; change < 25; change++) {
						String limit = (change % 5 == 4) ? "default" : "installation";
						String field = limit.equals("default") ? "ceilingCents" : "limitCents";
						Answer answer = this.fixture.exchange("PUT", "/api/budgets/" + limit, admin,
								"{\"" + field + "\":" + (500_000_000 + 100 * number + change) + "}");
						assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
					}
				}));
			}
			for (int ask = 1; ask <= 100; ask++) {
				askForAll(this.source, session, month, ask, ask * 1_000_000L);
				counted(this.source, session, Fixture.newUser());
			}
			for (Future<?> each : changing) {
				each.get();
			}
		}
		finally {
			this.fixture.exchange("DELETE", "/api/budgets/default", admin, null);
			freeInstallation(this.source);
		}
	}

	private UserId user(long cents) {
		UserId user = Fixture.newUser();
		this.fixture.patchBudget(user, this.fixture.keyOf(user), "{\"monthlyBudgetCents\":" + cents + "}");
		return user;
	}

	private long register(String from, UUID process) {
		Answer answer = post("/internal/leases/sources",
				"{\"source\":\"" + from + "\",\"process\":\"" + process + "\"}");
		assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
		return answer.body().path("session").asLong();
	}

	private JsonNode ask(String from, long session, UserId user, long number, long line) {
		Answer answer = post("/internal/leases", body(from, session, user, number, line));
		assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
		return answer.body().path("data").get(0);
	}

	private Answer post(String path, String body) {
		return this.fixture.internal(path, body);
	}

	private static String body(String from, long session, UserId user, long number, long line) {
		return "{\"source\":\"" + from + "\",\"session\":" + session + ",\"asks\":[{\"userId\":\"" + user
				+ "\",\"scope\":\"budget\",\"period\":\"" + YearMonth.now(ZoneOffset.UTC) + "\",\"version\":"
				+ Long.MAX_VALUE + ",\"ask\":" + number + ",\"line\":" + line + "}]}";
	}

	private static long line(JsonNode status, String from) {
		return status.path("lines").path("budget").path("of").path(from).asLong(0);
	}

}
