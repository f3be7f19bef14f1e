package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.budgets.Fixture.Answer;
import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.RepeatedCalls;
import dev.tallygate.events.SystemKeyRefused;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.ApiKeyFormat;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.TaskScheduler;
import tools.jackson.databind.JsonNode;

/**
 * Limits of keys, of everyone and of the installation.
 */
class ScopesTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private final Fixture fixture = Fixture.shared();

	private final String admin = this.fixture.keys.admin();

	@AfterEach
	void limitNobody() {
		this.fixture.exchange("DELETE", "/api/budgets/default", this.admin, null);
		this.fixture.exchange("DELETE", "/api/budgets/installation", this.admin, null);
	}

	@Test
	void aKeyHasABudgetOfItsOwn() {
		UserId user = Fixture.newUser();
		ApiKeyId key = keyOf(user);
		call(user, key, 6_000_000, 1);
		awaitSpent(user, 6_000_000);
		String path = "/api/users/me/keys/" + key + "/budget";
		String mine = this.fixture.keyOf(user);
		assertThat(this.fixture.get(path, mine).status()).isEqualTo(404);
		Answer put = this.fixture.exchange("PUT", path, mine, "{\"limitCents\":1,\"period\":\"day\"}");
		assertThat(put.status()).as(put.toString()).isEqualTo(200);
		assertThat(put.body().path("spentNanos").asLong()).as("what was spent before counts").isEqualTo(6_000_000);
		assertThat(put.body().path("state").asString("")).isEqualTo("ok");
		call(user, key, 4_000_000, 2);
		await().atMost(SOON).until(() -> this.fixture.alertsOf(user).size() == 4);
		assertThat(this.fixture.alertsOf(user)).allSatisfy((alert) -> {
			assertThat(alert.limit()).isEqualTo(Limit.KEY);
			assertThat(alert.apiKeyId()).isEqualTo(key);
		});
		await().atMost(SOON).untilAsserted(() -> {
			var status = this.fixture.statusOf(user);
			assertThat(status).isNotNull();
			assertThat(status.keys()).singleElement().satisfies((told) -> {
				assertThat(told.spentNanos()).isEqualTo(new NanoUsd(10_000_000));
				assertThat(told.period()).isEqualTo(LocalDate.now(ZoneOffset.UTC).toString());
			});
			assertThat(status.lines()).containsKey("key:" + key);
		});
		assertThat(this.fixture.get(path, mine).body().path("percentUsed").asString("")).isEqualTo("100.00");
		assertThat(this.fixture.exchange("DELETE", path, mine, null).status()).isEqualTo(204);
		assertThat(this.fixture.exchange("DELETE", path, mine, null).status()).isEqualTo(404);
	}

	@Test
	void allKeysThatHaveABudgetAreListed() {
		UserId user = Fixture.newUser();
		String mine = this.fixture.keyOf(user);
		String path = "/api/users/me/keys/budgets";
		assertThat(this.fixture.get(path, mine).body().path("data")).isEmpty();
		ApiKeyId first = keyOf(user);
		ApiKeyId second = keyOf(user);
		ApiKeyId without = keyOf(user);
		call(user, first, 5, 1);
		call(user, second, 7, 2);
		call(user, without, 9, 3);
		awaitSpent(user, 21);
		this.fixture.exchange("PUT", "/api/users/me/keys/" + first + "/budget", mine,
				"{\"limitCents\":1,\"period\":\"total\"}");
		this.fixture.exchange("PUT", "/api/users/me/keys/" + second + "/budget", mine,
				"{\"limitCents\":2,\"period\":\"day\"}");
		JsonNode all = this.fixture.get(path, mine).body();
		assertThat(all.path("data")).extracting((each) -> each.path("apiKeyId").asString(""))
			.containsExactlyInAnyOrder(first.toString(), second.toString());
		assertThat(all.path("data")).extracting((each) -> each.path("spentNanos").asLong())
			.containsExactlyInAnyOrder(5L, 7L);
		assertThat(all.path("nextCursor").isNull()).isTrue();
		JsonNode page = this.fixture.get(path + "?limit=1", mine).body();
		JsonNode rest = this.fixture.get(path + "?limit=1&cursor=" + page.path("nextCursor").asString(""), mine).body();
		assertThat(page.path("data").get(0)).isNotEqualTo(rest.path("data").get(0));
		assertThat(rest.path("data")).hasSize(1);
		assertThat(rest.path("nextCursor").isNull()).isTrue();
		assertThat(this.fixture.get("/api/users/" + user + "/keys/budgets", this.fixture.keyOf(Fixture.newUser()))
			.status()).isEqualTo(404);
	}

	/**
	 * A budget is the owner's, who may have no other key. Whoever is not to lift it has a
	 * key that is restricted otherwise, too.
	 */
	@Test
	void aRestrictedKeyLiftsNoBudgetAndAnUnrestrictedOneItsOwn() {
		UserId user = Fixture.newUser();
		ApiKeyId id = keyOf(user);
		String path = "/api/users/me/keys/" + id + "/budget";
		String own = ApiKeyFormat.generate(KeyType.DEV);
		this.fixture.keys.put(own, new Caller(user, id, KeyType.DEV, Role.MEMBER, null, null));
		assertThat(this.fixture.exchange("PUT", path, own, "{\"limitCents\":1,\"period\":\"day\"}").status())
			.isEqualTo(200);
		assertThat(this.fixture.exchange("PUT", path, own, "{\"limitCents\":2,\"period\":\"day\"}").status())
			.isEqualTo(200);
		String brief = ApiKeyFormat.generate(KeyType.DEV);
		this.fixture.keys.put(brief,
				new Caller(user, id, KeyType.DEV, Role.MEMBER, null, Instant.now().plusSeconds(600)));
		for (Answer refused : List.of(
				this.fixture.exchange("PUT", path, brief, "{\"limitCents\":100,\"period\":\"day\"}"),
				this.fixture.exchange("DELETE", path, brief, null),
				this.fixture.patchBudget(user, brief, "{\"monthlyBudgetCents\":null}"))) {
			assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
			assertThat(refused.code()).isEqualTo("key_restricted");
		}
		assertThat(this.fixture.get(path, brief).body().path("limitCents").asLong()).isEqualTo(2);
		assertThat(this.fixture.exchange("DELETE", path, own, null).status()).isEqualTo(204);
	}

	@Test
	void aStrangersKeyIsNone() {
		UserId owner = Fixture.newUser();
		ApiKeyId key = keyOf(owner);
		call(owner, key, 1, 1);
		awaitSpent(owner, 1);
		String body = "{\"limitCents\":1,\"period\":\"month\"}";
		String stranger = this.fixture.keyOf(Fixture.newUser());
		assertThat(this.fixture.exchange("PUT", "/api/users/me/keys/" + key + "/budget", stranger, body).status())
			.isEqualTo(404);
		assertThat(this.fixture.exchange("PUT", "/api/users/" + owner + "/keys/" + key + "/budget", stranger, body)
			.status()).isEqualTo(404);
		assertThat(this.fixture.exchange("PUT", "/api/users/me/keys/nonsense/budget", stranger, body).status())
			.isEqualTo(404);
		assertThat(this.fixture.exchange("PUT", "/api/users/" + owner + "/keys/" + key + "/budget", this.admin, body)
			.status()).isEqualTo(200);
	}

	@Test
	void whatIsWrongIsNamed() {
		UserId user = Fixture.newUser();
		ApiKeyId key = keyOf(user);
		String mine = this.fixture.keyOf(user);
		for (String[] bad : new String[][] { { "{\"limitCents\":-1,\"period\":\"day\"}", "limitCents" },
				{ "{\"limitCents\":1.5,\"period\":\"day\"}", "limitCents" },
				{ "{\"limitCents\":null,\"period\":\"day\"}", "limitCents" }, { "{\"limitCents\":1}", "period" },
				{ "{\"limitCents\":1,\"period\":\"year\"}", "period" },
				{ "{\"limitCents\":1,\"period\":\"day\",\"enforcement\":\"none\"}", "enforcement" },
				{ "{\"limitCents\":1,\"period\":\"day\",\"thresholds\":[0]}", "thresholds" },
				{ "{\"limitCents\":1,\"period\":\"day\",\"thresholds\":[50,50]}", "thresholds" },
				{ "{\"limitCents\":1,\"period\":\"day\",\"thresholds\":[1001]}", "thresholds" },
				{ "{\"limitCents\":1,\"period\":\"day\",\"x-y2z\":1}", "x-y2z" } }) {
			Answer answer = this.fixture.exchange("PUT", "/api/users/me/keys/" + key + "/budget", mine, bad[0]);
			assertThat(answer.status()).as(bad[0]).isEqualTo(400);
			assertThat(answer.field()).as(bad[0]).isEqualTo(bad[1]);
		}
		assertThat(this.fixture.patchBudget(user, mine, "{\"my-field-2\":1}").field()).isEqualTo("my-field-2");
		assertThat(this.fixture.patchBudget(user, mine, "{\"timeZone\":\"Mars/Olympus\"}").field())
			.isEqualTo("timeZone");
		assertThat(this.fixture.get("/api/budgets?cursor=AAAA", this.admin).status()).isEqualTo(400);
		assertThat(this.fixture.get("/api/alerts?cursor=%FF", this.admin).status()).isEqualTo(400);
		assertThat(this.fixture.get("/api/users/me/budget/history?cursor=MjAyNi0xMwo", mine).status()).isEqualTo(400);
	}

	@Test
	void thresholdsGoBeyondTheLimitOfASoftBudget() {
		UserId user = Fixture.newUser();
		this.fixture.patchBudget(user, this.fixture.keyOf(user),
				"{\"monthlyBudgetCents\":1,\"enforcement\":\"soft\",\"thresholds\":[1000,200]}");
		this.fixture.spend(user, 20_000_000, 1);
		await().atMost(SOON).until(() -> this.fixture.thresholdsOf(user, 1).equals(java.util.List.of(200)));
		this.fixture.spend(user, 80_000_000, 2);
		await().atMost(SOON).until(() -> this.fixture.thresholdsOf(user, 1).equals(java.util.List.of(200, 1000)));
	}

	@Test
	void theCeilingForEveryoneHoldsWhoeverHasNone() {
		UserId without = Fixture.newUser();
		UserId with = Fixture.newUser();
		this.fixture.spend(without, 1, 1);
		this.fixture.spend(with, 1, 1);
		awaitSpent(with, 1);
		awaitSpent(without, 1);
		this.fixture.patchBudget(with, this.admin, "{\"ceilingCents\":500}");
		assertThat(this.fixture.exchange("PUT", "/api/budgets/default", this.admin, "{\"ceilingCents\":70}").status())
			.isEqualTo(200);
		await().atMost(SOON).until(() -> {
			var status = this.fixture.statusOf(without);
			return status != null && status.binding() == Limit.DEFAULT && Long.valueOf(70).equals(status.limitCents());
		});
		assertThat(this.fixture.get("/api/users/" + with + "/budget", this.admin).body().path("binding").asString(""))
			.isEqualTo("ceiling");
		UserId fresh = Fixture.newUser();
		assertThat(
				this.fixture.get("/api/users/me/budget", this.fixture.keyOf(fresh)).body().path("binding").asString(""))
			.isEqualTo("default");
		await().atMost(SOON)
			.until(() -> this.fixture.installations.stream()
				.anyMatch((told) -> Long.valueOf(70).equals(told.defaultCeilingCents())));
		assertThat(this.fixture.exchange("PUT", "/api/budgets/default", this.fixture.keyOf(fresh), "{}").status())
			.isEqualTo(403);
	}

	@Test
	void aCeilingForEveryoneThatIsOnlySoftenedIsTold() {
		UserId user = Fixture.newUser();
		this.fixture.spend(user, 1, 1);
		awaitSpent(user, 1);
		for (Enforcement enforcement : new Enforcement[] { Enforcement.HARD, Enforcement.SOFT, Enforcement.HARD }) {
			this.fixture.exchange("PUT", "/api/budgets/default", this.admin,
					"{\"ceilingCents\":71,\"enforcement\":\"" + enforcement.name().toLowerCase(Locale.ROOT) + "\"}");
			await().atMost(SOON).until(() -> {
				var status = this.fixture.statusOf(user);
				return status != null && Long.valueOf(71).equals(status.limitCents())
						&& status.enforcement() == enforcement;
			});
		}
	}

	@Test
	void whoHasNoLimitOfTheirOwnIsAlertedOfTheOneForEveryone() {
		UserId user = Fixture.newUser();
		this.fixture.spend(user, 1, 1);
		awaitSpent(user, 1);
		this.fixture.exchange("PUT", "/api/budgets/default", this.admin, "{\"ceilingCents\":1}");
		await().atMost(SOON).until(() -> {
			var status = this.fixture.statusOf(user);
			return status != null && status.binding() == Limit.DEFAULT;
		});
		this.fixture.spend(user, 9_999_999, 2);
		await().atMost(SOON).until(() -> this.fixture.alertsOf(user).size() == 4);
		assertThat(this.fixture.thresholdsOf(user, 1)).containsExactly(75, 90, 100);
		JsonNode shown = this.fixture.get("/api/users/me/alerts", this.fixture.keyOf(user)).body().path("data");
		assertThat(shown.size()).isEqualTo(4);
		shown.forEach((alert) -> assertThat(alert.path("limitCents").asLong()).isEqualTo(1));
	}

	@Test
	void aModelWithoutAPriceIsToldOfOnceWhoeverCallsIt() {
		String model = "unpriced-" + Fixture.newUser().toString().substring(0, 8);
		UserId last = Fixture.newUser();
		for (UserId user : new UserId[] { Fixture.newUser(), Fixture.newUser(), last }) {
			for (long seq = 1; seq <= 3; seq++) {
				unpriced(user, model, seq);
			}
		}
		this.fixture.spend(last, 1, 4);
		awaitSpent(last, 1);
		await().atMost(SOON).until(() -> !alertsOf(model).isEmpty());
		assertThat(alertsOf(model)).hasSize(1);
		JsonNode told = this.fixture.get("/api/alerts?limit=100", this.admin).body().path("data");
		assertThat(told).filteredOn((alert) -> alert.path("model").asString("").equals(model))
			.singleElement()
			.satisfies((alert) -> {
				assertThat(alert.path("type").asString("")).isEqualTo("model.unpriced");
				assertThat(alert.path("provider").asString("")).isEqualTo("openai");
			});
	}

	/** Whoever has a key may name any model. */
	@Test
	void aCallThatFailedTellsOfNoModelWithoutAPrice() {
		String nonsense = "nonsense-" + Fixture.newUser().toString().substring(0, 8);
		UserId user = Fixture.newUser();
		long seq = 1;
		unpriced(user, nonsense, UsageSettled.Status.FAILED, seq);
		for (UsageSettled.Status used : new UsageSettled.Status[] { UsageSettled.Status.COMPLETED,
				UsageSettled.Status.CLIENT_DISCONNECTED, UsageSettled.Status.INTERRUPTED,
				UsageSettled.Status.ABANDONED }) {
			String model = "unpriced-" + Fixture.newUser().toString().substring(0, 8);
			unpriced(user, model, used, ++seq);
			await().atMost(SOON).until(() -> !alertsOf(model).isEmpty());
		}
		assertThat(alertsOf(nonsense)).isEmpty();
	}

	/** Some providers answer whatever the model is called. */
	@Test
	void aUserRaisesSoManyAlertsOfModelsWithoutAPriceAMonth() {
		String made = "made-up-" + Fixture.newUser().toString().substring(0, 8) + '-';
		UserId user = Fixture.newUser();
		for (int seq = 1; seq <= 40; seq++) {
			unpriced(user, made + seq, seq);
		}
		this.fixture.spend(user, 1, 41);
		awaitSpent(user, 1);
		UserId other = Fixture.newUser();
		unpriced(other, made + 40, 1);
		await().atMost(SOON).until(() -> !alertsOf(made + 40).isEmpty());
		assertThat(alertsOf(made + 1)).as("the first").hasSize(1);
		assertThat(this.fixture.alerts).filteredOn((alert) -> alert.userId().equals(user)).hasSize(10);
	}

	private java.util.List<BudgetAlert> alertsOf(String model) {
		return this.fixture.alerts.stream()
			.filter((alert) -> alert instanceof BudgetAlert.ModelUnpriced unpriced && unpriced.model().equals(model))
			.toList();
	}

	@Test
	void theInstallationHasALimitOnSystemKeys() {
		long before = this.fixture.get("/api/budgets/installation", this.admin).body().path("spentNanos").asLong();
		long cents = before / 10_000_000 + 2;
		assertThat(
				this.fixture.exchange("PUT", "/api/budgets/installation", this.admin, "{\"limitCents\":" + cents + "}")
					.status())
			.isEqualTo(200);
		for (int i = 0; i < 10; i++) {
			UserId user = Fixture.newUser();
			this.fixture.publish(Topics.USAGE,
					Fixture.call(user, new NanoUsd(2_000_000), Credential.SYSTEM, Instant.now(), 1));
			this.fixture.publish(Topics.USAGE,
					Fixture.call(user, new NanoUsd(9_000_000), Credential.USER, Instant.now(), 2));
		}
		await().atMost(SOON)
			.until(() -> this.fixture.get("/api/budgets/installation", this.admin)
				.body()
				.path("spentNanos")
				.asLong() == before + 20_000_000);
		await().atMost(SOON)
			.until(() -> this.fixture.alerts.stream()
				.anyMatch((alert) -> alert instanceof BudgetAlert.Exceeded && alert.limit() == Limit.INSTALLATION
						&& alert.limitCents() == cents));
		await().atMost(SOON)
			.until(() -> this.fixture.installations.stream()
				.anyMatch((told) -> told.spentNanos().value() == before + 20_000_000));
	}

	/** A gateway keeps what users' statuses count until two of these have followed. */
	@Test
	void theInstallationsLimitIsToldAgainThoughNothingChanges() {
		long cents = 900_000_007;
		this.fixture.exchange("PUT", "/api/budgets/installation", this.admin, "{\"limitCents\":" + cents + "}");
		await().atMost(SOON).until(() -> versionsUnder(cents) >= 3);
	}

	private long versionsUnder(long cents) {
		return this.fixture.installations.stream()
			.filter((told) -> Long.valueOf(cents).equals(told.limitCents()))
			.mapToLong(InstallationStatus::version)
			.distinct()
			.count();
	}

	/** Tasks that are scheduled share a thread. */
	@Test
	void aNewLimitWaitsForNoTaskThatTakesLong() {
		UserId user = Fixture.newUser();
		this.fixture.spend(user, 1, 1);
		awaitSpent(user, 1);
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch told = new CountDownLatch(1);
		ScheduledFuture<?> slow = this.fixture.service()
			.getBean(TaskScheduler.class)
			.scheduleWithFixedDelay(() -> occupy(begun, told), Duration.ofHours(1));
		try {
			await().atMost(SOON).until(() -> begun.getCount() == 0);
			long cents = 900_000_011;
			this.fixture.exchange("PUT", "/api/budgets/installation", this.admin, "{\"limitCents\":" + cents + "}");
			this.fixture.exchange("PUT", "/api/budgets/default", this.admin, "{\"ceilingCents\":73}");
			await().atMost(Duration.ofSeconds(5)).until(() -> versionsUnder(cents) > 0);
			await().atMost(Duration.ofSeconds(5)).until(() -> {
				var status = this.fixture.statusOf(user);
				return status != null && Long.valueOf(73).equals(status.limitCents());
			});
		}
		finally {
			told.countDown();
			slow.cancel(false);
		}
	}

	private static void occupy(CountDownLatch begun, CountDownLatch told) {
		begun.countDown();
		try {
			told.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void nobodysBudgetIsNotMade() {
		UserId ghost = Fixture.newUser();
		assertThat(this.fixture.patchBudget(ghost, this.admin, "{\"monthlyBudgetCents\":1}").status()).isEqualTo(404);
		assertThat(this.fixture
			.exchange("POST", "/api/users/" + ghost + "/credits", this.admin,
					"{\"amount\":1,\"reason\":\"x\",\"idempotencyKey\":\"x\"}")
			.status()).isEqualTo(404);
		assertThat(this.fixture.jdbc.queryForObject("SELECT count(*) FROM account WHERE user_id = ?", Long.class,
				ghost.value()))
			.isZero();
		UserId registered = Fixture.newUser();
		this.fixture.publish(Topics.USERS, CloudEvent.of(UuidV7.next(), "/keys", Instant.now(),
				new UserEvent.Registered(registered, Instant.now(), 1)));
		assertThat(this.fixture.patchBudget(registered, this.admin, "{\"monthlyBudgetCents\":1}").status())
			.isEqualTo(200);
	}

	@Test
	void whatGatewaysNoticeBecomesOneAlert() {
		UserId user = Fixture.newUser();
		ApiKeyId key = new ApiKeyId(UuidV7.next());
		LocalDate today = LocalDate.now(ZoneOffset.UTC);
		String provider = "p-" + user.toString().substring(0, 8);
		for (int i = 0; i < 3; i++) {
			publish(user, new RepeatedCalls(user, key, 20, today, Instant.now()));
			publish(UserId.NOBODY, new SystemKeyRefused(provider, Instant.now()));
		}
		await().atMost(SOON).until(() -> this.fixture.alertsOf(user).size() == 1);
		assertThat(this.fixture.alertsOf(user).getFirst()).isInstanceOf(BudgetAlert.CallsRepeating.class);
		await().atMost(SOON)
			.until(() -> this.fixture.alerts.stream()
				.filter((alert) -> alert instanceof BudgetAlert.SystemKeyRejected rejected
						&& rejected.provider().equals(provider))
				.count() == 1);
	}

	@Test
	void changesAreReportedWithTheirActorAndWhatWas() {
		UserId user = Fixture.newUser();
		this.fixture.patchBudget(user, this.fixture.keyOf(user), "{\"monthlyBudgetCents\":5}");
		this.fixture.patchBudget(user, this.fixture.keyOf(user), "{\"monthlyBudgetCents\":5}");
		var reports = this.fixture.jdbc.queryForList(
				"SELECT body::text FROM audit_report WHERE body #>> '{subject,userId}' = ?", String.class,
				user.toString());
		assertThat(reports).singleElement().satisfies((report) -> {
			var body = Fixture.JSON.readTree(report);
			assertThat(body.at("/action").asString("")).isEqualTo("budget.changed");
			assertThat(body.at("/actor/userId").asString("")).isEqualTo(user.toString());
			assertThat(body.at("/old/monthlyBudgetCents").isNull()).isTrue();
			assertThat(body.at("/new/monthlyBudgetCents").asLong()).isEqualTo(5);
		});
		var history = this.fixture.get("/api/users/me/budget/history", this.fixture.keyOf(user)).body().path("data");
		assertThat(history.path(0).path("period").asString("")).isEqualTo(YearMonth.now(ZoneOffset.UTC).toString());
		assertThat(history.path(0).path("limitCents").asLong()).isEqualTo(5);
	}

	private void publish(UserId user, dev.tallygate.events.EventData data) {
		CloudEvent<?> event = CloudEvent.of(UuidV7.next(), "/gateway/test/0199aa00", Instant.now(), data);
		assertThat(EventCodec.encode(event)).isNotEmpty();
		assertThat(event.data().userId()).isEqualTo(user);
		this.fixture.publish(Topics.USAGE, event);
	}

	private ApiKeyId keyOf(UserId user) {
		ApiKeyId key = new ApiKeyId(UuidV7.next());
		this.fixture.publish(Topics.KEYS, CloudEvent.of(UuidV7.next(), "/keys", Instant.now(),
				new ApiKeyEvent.Issued(key, user, "ci", "tg_dev_abcde", KeyType.DEV, Instant.now(), null, null, 1)));
		return key;
	}

	private void call(UserId user, ApiKeyId key, long nanos, long seq) {
		CallId id = CallId.next();
		Instant now = Instant.now();
		LocalDate day = now.atZone(ZoneOffset.UTC).toLocalDate();
		this.fixture.publish(Topics.USAGE,
				new CloudEvent<>(id.value(), "/gateway/test/0199aa00", now, seq,
						new UsageSettled(id, user, key, KeyType.DEV, null, null, "openai", "gpt-4o-mini", "gpt-4o-mini",
								UsageSettled.Operation.CHAT, false, Credential.SYSTEM, UsageSettled.Status.COMPLETED,
								UsageSettled.UsageSource.PROVIDER, 1L, null, null, 1L, null, new NanoUsd(nanos), true,
								"1", now, now, YearMonth.from(day), day, 1L, 1, 200)));
	}

	private void unpriced(UserId user, String model, long seq) {
		unpriced(user, model, UsageSettled.Status.COMPLETED, seq);
	}

	private void unpriced(UserId user, String model, UsageSettled.Status status, long seq) {
		CallId id = CallId.next();
		Instant now = Instant.now();
		LocalDate day = now.atZone(ZoneOffset.UTC).toLocalDate();
		this.fixture.publish(Topics.USAGE, new CloudEvent<>(id.value(), "/gateway/test/0199aa00", now, seq,
				new UsageSettled(id, user, null, null, null, null, "openai", model, model, UsageSettled.Operation.CHAT,
						false, Credential.SYSTEM, status, UsageSettled.UsageSource.PROVIDER, 1L, null, null, 1L, null,
						null, false, null, now, now, YearMonth.from(day), day, 1L, 1, 200)));
	}

	private void awaitSpent(UserId user, long nanos) {
		await().atMost(SOON).until(() -> {
			var status = this.fixture.statusOf(user);
			return status != null && status.spentNanos().value() == nanos;
		});
	}

}
