package dev.tallygate.budgets.spend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.budgets.Fixture;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.budgets.account.Budget;
import dev.tallygate.budgets.account.CreditGrant;
import dev.tallygate.budgets.account.Thresholds;
import dev.tallygate.budgets.billing.CreditGrants;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.IntakeHandler;
import dev.tallygate.messaging.Received;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Random calls, corrections, refusals, changes and grants, in random batches and partly
 * sent twice, against a model in memory that is too plain to be wrong. A failure names
 * its seed; {@code -Dmodel.seed} runs it again.
 */
class RandomModelTests {

	private static final int STEPS = 400;

	private static final int SIGN_UP_DAY = 15;

	private final Fixture fixture = Fixture.shared();

	private final ApplicationContext context = this.fixture.service();

	private final TransactionTemplate transaction = new TransactionTemplate(
			this.context.getBean(PlatformTransactionManager.class));

	private final List<CloudEvent<?>> batch = new ArrayList<>();

	private final List<CloudEvent<UsageSettled>> calls = new ArrayList<>();

	private final Map<UserId, Model> models = new HashMap<>();

	@RepeatedTest(3)
	void agreesWithThePlainModel() {
		long seed = Long.getLong("model.seed", System.nanoTime());
		Random random = new Random(seed);
		for (int i = 0; i < 4; i++) {
			register(Fixture.newUser());
		}
		for (int step = 0; step < STEPS; step++) {
			step(random, List.copyOf(this.models.keySet()).get(random.nextInt(this.models.size())));
		}
		flush();
		this.models.forEach((user, model) -> {
			assertThat(spend(user)).as("spend, seed %d", seed).isEqualTo(model.spent);
			assertThat(alerts(user)).as("alerts, seed %d", seed).isEqualTo(model.alerts);
			assertThat(credits(user)).as("credits, seed %d", seed).isEqualTo(model.used);
			await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
				var status = this.fixture.statusOf(user);
				assertThat(status).as("status, seed %d", seed).isNotNull();
				assertThat(status.spentNanos().value()).isEqualTo(model.spent.getOrDefault(month(), 0L));
				assertThat(status.creditsGranted()).isEqualTo(model.granted);
				assertThat(status.limitCents()).isEqualTo(model.limit());
			});
		});
	}

	private void register(UserId user) {
		Instant signedUpAt = YearMonth.from(Instant.now().atZone(ZoneOffset.UTC))
			.minusMonths(4)
			.atDay(SIGN_UP_DAY)
			.atTime(12, 0)
			.toInstant(ZoneOffset.UTC);
		handle(List
			.of(CloudEvent.of(UuidV7.next(), "/keys", Instant.now(), new UserEvent.Registered(user, signedUpAt, 1))),
				this.context.getBean(UserIntake.class));
		this.models.put(user, new Model());
	}

	private void step(Random random, UserId user) {
		switch (random.nextInt(12)) {
			case 0, 1, 2, 3, 4, 5 -> call(random, user);
			case 6 -> repeat(random);
			case 7 -> correct(random);
			case 8 -> refuse(random, user);
			case 9, 10 -> change(random, user);
			default -> grant(random, user);
		}
		if (random.nextInt(6) == 0) {
			flush();
		}
	}

	private void call(Random random, UserId user) {
		boolean late = random.nextInt(8) == 0;
		Instant startedAt = late ? month().atDay(1).atStartOfDay(ZoneOffset.UTC).minusHours(1).toInstant()
				: Instant.now();
		NanoUsd cost = (random.nextInt(10) == 0) ? null
				: new NanoUsd(random.nextLong(random.nextInt(10) == 0 ? 2_500_000_000L : 5_000_000L));
		Credential credential = random.nextBoolean() ? Credential.SYSTEM : Credential.USER;
		CloudEvent<UsageSettled> call = Fixture.call(user, cost, credential, startedAt, this.calls.size() + 1);
		this.calls.add(call);
		this.batch.add(call);
	}

	private void repeat(Random random) {
		if (!this.calls.isEmpty()) {
			this.batch.add(this.calls.get(random.nextInt(this.calls.size())));
		}
	}

	private void correct(Random random) {
		if (this.calls.isEmpty()) {
			return;
		}
		UsageSettled call = this.calls.get(random.nextInt(this.calls.size())).data();
		UUID job = UuidV7.next();
		this.batch.add(CloudEvent.of(UsageAdjusted.idOf(call.callId(), job), "/metering", Instant.now(),
				new UsageAdjusted(call.callId(), call.userId(), job, "price",
						new NanoUsd(random.nextLong(-2_000_000, 2_000_000)), "2", null, null, null, "openai", "m",
						call.credential(), call.period(), call.day())));
	}

	private void refuse(Random random, UserId user) {
		Limit limit = List.of(Limit.BUDGET, Limit.CEILING, Limit.CREDITS).get(random.nextInt(3));
		this.batch.add(CloudEvent.of(UuidV7.next(), "/gateway/test/0199aa00", Instant.now(),
				new BudgetRefused(user, limit, month(), random.nextInt(1, 4), NanoUsd.ZERO, null, Instant.now())));
	}

	private void change(Random random, UserId user) {
		flush();
		Long budget = amount(random);
		Long ceiling = amount(random);
		List<Integer> thresholds = List.of(List.of(75, 90, 100), List.of(50), List.<Integer>of(), List.of(1, 100))
			.get(random.nextInt(4));
		this.context.getBean(Books.class).change(user, (account) -> {
			account.change(new Budget(budget, ceiling, Enforcement.HARD, new Thresholds(thresholds), ZoneId.of("UTC")));
			return account;
		});
		model(user).change(budget, ceiling, thresholds);
	}

	private static @Nullable Long amount(Random random) {
		return (random.nextInt(4) == 0) ? null : Long.valueOf(random.nextInt(0, 30));
	}

	private void grant(Random random, UserId user) {
		flush();
		String key = "key-" + random.nextInt(5);
		this.context.getBean(CreditGrants.class)
			.grant(user, new CreditGrant(10, "model", key), new Caller(user, null, null, Role.MEMBER, null, null));
		model(user).grant(key, 10);
	}

	private void flush() {
		if (this.batch.isEmpty()) {
			return;
		}
		handle(this.batch, this.context.getBean(UsageIntake.class));
		this.batch.forEach((event) -> model(event.data().userId()).apply(event));
		this.batch.clear();
	}

	private Model model(UserId user) {
		return this.models.computeIfAbsent(user, (key) -> new Model());
	}

	private void handle(List<CloudEvent<?>> events, IntakeHandler handler) {
		List<Received> received = events.stream().map((event) -> new Received(event, 0, 0, Instant.now())).toList();
		this.transaction.executeWithoutResult((status) -> handler.handle(received));
	}

	private Map<YearMonth, Long> spend(UserId user) {
		Map<YearMonth, Long> spend = new TreeMap<>();
		this.fixture.jdbc.query("SELECT period, spent_nanos FROM period_spend WHERE user_id = ?", (rs) -> {
			spend.put(YearMonth.parse(rs.getString(1)), rs.getLong(2));
		}, user.value());
		return spend;
	}

	private Set<String> alerts(UserId user) {
		return new TreeSet<>(this.fixture.jdbc.queryForList("""
				SELECT CASE type WHEN 'credits.exhausted' THEN left(replace(once, user_id || ' ', ''), 18)
				       WHEN 'budget.call-refused' THEN replace(once, user_id || ' ', '')
				       ELSE replace(once, 'user ' || user_id || ' ', '') END
				  FROM alert WHERE user_id = ? AND type <> 'model.unpriced'""", String.class, user.value()));
	}

	private Map<LocalDate, Long> credits(UserId user) {
		Map<LocalDate, Long> used = new TreeMap<>();
		this.fixture.jdbc.query(
				"SELECT (cycle_start AT TIME ZONE 'UTC')::date, used_nanos FROM billing_cycle WHERE user_id = ? AND used_nanos <> 0",
				(rs) -> {
					used.put(rs.getObject(1, LocalDate.class), rs.getLong(2));
				}, user.value());
		return used;
	}

	private static YearMonth month() {
		return YearMonth.now(ZoneOffset.UTC);
	}

	private static LocalDate cycleOf(Instant at) {
		LocalDate day = at.atZone(ZoneOffset.UTC).toLocalDate();
		YearMonth month = YearMonth.from(day);
		return ((day.getDayOfMonth() >= SIGN_UP_DAY) ? month : month.minusMonths(1)).atDay(SIGN_UP_DAY);
	}

	/** One user, as plain as it gets. */
	private static final class Model {

		final Map<YearMonth, Long> spent = new TreeMap<>();

		final Map<LocalDate, Long> used = new TreeMap<>();

		final Set<String> alerts = new TreeSet<>();

		long granted;

		private final Map<YearMonth, Long> closedLimits = new HashMap<>();

		private final Set<UUID> seen = new HashSet<>();

		private final Set<String> grants = new HashSet<>();

		private @Nullable Long budget;

		private @Nullable Long ceiling;

		private List<Integer> thresholds = List.of(75, 90, 100);

		@Nullable Long limit() {
			if (this.budget == null || this.ceiling == null) {
				return (this.budget != null) ? this.budget : this.ceiling;
			}
			return Math.min(this.budget, this.ceiling);
		}

		void apply(CloudEvent<?> event) {
			if (!this.seen.add(event.id())) {
				return;
			}
			switch (event.data()) {
				case UsageSettled call -> count(call.period(), call.startedAt(), call.credential(),
						(call.costNanos() != null) ? call.costNanos().value() : 0);
				case UsageAdjusted correction -> count(correction.period(), correction.callId().openedAt(),
						correction.credential(), correction.deltaNanos().value());
				case BudgetRefused refused -> refused(refused);
				default -> throw new IllegalStateException();
			}
		}

		private void count(YearMonth month, Instant startedAt, Credential credential, long nanos) {
			this.spent.merge(month, nanos, Long::sum);
			Long limit = limit();
			if (month.isBefore(month())) {
				this.closedLimits.putIfAbsent(month, (limit != null) ? limit : -1L);
				limit = this.closedLimits.get(month);
			}
			if (limit != null && limit >= 0) {
				evaluate(month, limit);
			}
			if (credential == Credential.SYSTEM) {
				this.used.merge(cycleOf(startedAt), nanos, Long::sum);
				this.used.values().removeIf((each) -> each == 0);
				evaluateCredits();
			}
		}

		private void evaluate(YearMonth month, long limit) {
			if (this.spent.getOrDefault(month, 0L) >= limit * 10_000_000) {
				this.alerts.add(month + " " + limit + " exceeded");
			}
			for (int threshold : this.thresholds) {
				if (this.spent.getOrDefault(month, 0L) * 100 >= limit * 10_000_000 * threshold) {
					this.alerts.add(month + " " + limit + " " + threshold);
				}
			}
		}

		private void evaluateCredits() {
			LocalDate cycle = cycleOf(Instant.now());
			if (this.used.getOrDefault(cycle, 0L) >= (1000 + this.granted) * 10_000_000) {
				this.alerts.add("credits " + cycle);
			}
		}

		private void refused(BudgetRefused refused) {
			if (refused.limit() == Limit.CREDITS) {
				evaluateCredits();
			}
			this.alerts.add("refused " + ((refused.limit() == Limit.CREDITS) ? "credits " : "user ") + refused.period()
					+ " " + refused.limitCents());
		}

		void change(@Nullable Long newBudget, @Nullable Long newCeiling, List<Integer> newThresholds) {
			this.budget = newBudget;
			this.ceiling = newCeiling;
			this.thresholds = newThresholds;
			Long limit = limit();
			this.spent.putIfAbsent(month(), 0L);
			if (limit != null) {
				evaluate(month(), limit);
			}
		}

		void grant(String key, long amount) {
			if (this.grants.add(key)) {
				this.granted += amount;
			}
		}

	}

}
