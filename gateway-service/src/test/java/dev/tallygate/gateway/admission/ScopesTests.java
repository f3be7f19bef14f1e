package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Credential;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.AdmissionOutcome.Denied;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every limit that applies to a call, all at once, and what is lent under them.
 */
class ScopesTests {

	private static final String SOURCE = "/gateway/test/1";

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final Instant TOMORROW = Instant.parse("2026-11-22T00:00:00Z");

	private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

	/** A nano-USD a token. */
	private static final CallPrice PRICE = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 1_000_000, Instant.EPOCH));

	/** So often at least budget-service tells of a change of the installation's sum. */
	private static final int TELLINGS = 3;

	private final UserId user = new UserId(UuidV7.next());

	private final ApiKeyId key = new ApiKeyId(UuidV7.next());

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final Admission admission = new Admission(SOURCE,
			new AdmissionProperties(512, Duration.ofMillis(300), Duration.ofSeconds(30), Duration.ofHours(2),
					Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024,
					Duration.ofMillis(20)),
			Clock.fixed(NOW, ZoneOffset.UTC));

	private long version;

	ScopesTests() {
		this.admission.signOfLife(0, NOW);
	}

	@Test
	void aKeysBudgetOfADayStartsAnewTheNextDay() {
		this.admission.update(
				status(this.user, 1000L, null, List.of(keyBudget(KeyPeriod.DAY, "2026-11-21", TOMORROW, 1, 4_000_000))),
				0);
		Refusal.OverLimit refusal = over(admit(this.key, 6_000_001L, NOW));
		assertThat(refusal.limit()).isEqualTo(Limit.KEY);
		assertThat(refusal.scope()).isEqualTo("key");
		assertThat(refusal.left()).isEqualTo(new NanoUsd(6_000_000));
		assertThat(refusal.periodEnd()).isEqualTo(TOMORROW);
		assertThat(refusal.message()).startsWith("The budget of this API key").contains("owner or an administrator");
		assertThat(admit(null, 6_000_001L, NOW)).as("another key's call").isInstanceOf(Admitted.class);
		admitted(admit(this.key, 6_000_000L, NOW)).post(posted(1, 6_000_000L, NOW), null);
		assertThat(over(admit(this.key, 1L, NOW)).shouldRetry()).isFalse();
		assertThat(admit(this.key, 10_000_000L, TOMORROW)).isInstanceOf(Admitted.class);
	}

	@Test
	void aKeysBudgetOfItsWholeLifeNeverStartsAnew() {
		this.admission
			.update(status(this.user, null, null, List.of(keyBudget(KeyPeriod.TOTAL, "total", null, 1, 9_000_000))), 0);
		Refusal.OverLimit refusal = over(admit(this.key, 1_000_001L, DECEMBER));
		assertThat(refusal.limit()).isEqualTo(Limit.KEY);
		assertThat(refusal.periodEnd()).isNull();
		assertThat(refusal.message()).contains("It does not start anew.").doesNotContain("period ends");
		assertThat(admit(this.key, 1_000_000L, DECEMBER)).isInstanceOf(Admitted.class);
	}

	@Test
	void theFirstLimitThatIsShortNamesItself() {
		this.admission
			.update(status(this.user, 2L, null, List.of(keyBudget(KeyPeriod.MONTH, "2026-11", DECEMBER, 1, 0))), 0);
		assertThat(over(admit(this.key, 30_000_000L, NOW)).scope()).isEqualTo("user");
		assertThat(over(admit(this.key, 15_000_000L, NOW)).scope()).isEqualTo("key");
		admitted(admit(this.key, 10_000_000L, NOW));
		assertThat(over(admit(this.key, 1L, NOW)).shouldRetry()).isTrue();
	}

	@Test
	void theDefaultCeilingHoldsFromTheFirstCallOfAnybody() {
		this.admission.update(installation(null, 0, 1L));
		Refusal.OverLimit refusal = over(admit(null, 10_000_001L, NOW));
		assertThat(refusal.scope()).isEqualTo("default");
		assertThat(refusal.raisedBy()).isEqualTo("administrator");
		admitted(admit(null, 10_000_000L, NOW)).post(posted(1, 10_000_000L, NOW), null);
		assertThat(over(admit(null, 1L, NOW)).shouldRetry()).isFalse();
	}

	@Test
	void aModelWithoutAPriceIsRefusedUnderAKeysHardBudget() {
		this.admission
			.update(status(this.user, null, null, List.of(keyBudget(KeyPeriod.DAY, "2026-11-21", TOMORROW, 1, 0))), 0);
		assertThat(refusal(unpriced(this.key, Credential.USER)).code()).isEqualTo("model_not_priced");
		assertThat(unpriced(null, Credential.USER)).as("another key's call").isInstanceOf(Admitted.class);
		KeyBudget soft = new KeyBudget(this.key, KeyPeriod.DAY, "2026-11-21", TOMORROW, 1, Enforcement.SOFT,
				NanoUsd.ZERO);
		this.admission.update(status(this.user, null, null, List.of(soft)), 0);
		assertThat(unpriced(this.key, Credential.USER)).isInstanceOf(Admitted.class);
	}

	@Test
	void aModelWithoutAPriceIsRefusedUnderTheDefaultCeiling() {
		this.admission.update(installation(null, 0, 1L));
		assertThat(refusal(unpriced(null, Credential.USER)).code()).isEqualTo("model_not_priced");
		this.admission.update(status(this.user, null, null, null), 0);
		assertThat(unpriced(null, Credential.USER)).as("who has a status, and no limit").isInstanceOf(Admitted.class);
	}

	@Test
	void aModelWithoutAPriceIsRefusedUnderTheInstallationsLimitOnSystemKeysOnly() {
		assertThat(unpriced(null, Credential.SYSTEM)).as("credits alone").isInstanceOf(Admitted.class);
		this.admission.update(installation(1L, 0, null));
		assertThat(refusal(unpriced(null, Credential.SYSTEM)).code()).isEqualTo("model_not_priced");
		assertThat(unpriced(null, Credential.USER)).isInstanceOf(Admitted.class);
	}

	@Test
	void theInstallationsLimitHoldsOverAllUsersOfSystemKeys() throws Exception {
		this.admission.update(installation(1L, 2_000_000, null));
		Reservation first = admitted(system(new UserId(UuidV7.next()), 5_000_000L));
		Refusal.OverLimit refusal = over(system(this.user, 4_000_000L));
		assertThat(refusal.scope()).isEqualTo("installation");
		assertThat(refusal.shouldRetry()).as("it is held by somebody else").isTrue();
		assertThat(admit(null, 100_000_000L, NOW)).as("a call on a key of one's own").isInstanceOf(Admitted.class);
		Thread.ofVirtual().start(() -> {
			try {
				Thread.sleep(50);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			first.release();
		}).join(Duration.ofMillis(1));
		admitted(system(this.user, 8_000_000L));
		assertThat(over(system(this.user, 8_000_001L)).shouldRetry()).isFalse();
	}

	/** The user's status and the installation's come by ways of their own. */
	@Test
	void aSystemCallThatIsCountedIsNotCountedTwiceForGood() {
		for (int before = 0; before <= 1; before++) {
			UserId someone = new UserId(UuidV7.next());
			this.admission.update(installation(1L, 0, null));
			admitted(system(someone, 6_000_000L)).post(new PostedCall(someone, null, 1, 6_000_000L, Credential.SYSTEM,
					NOW, LocalDate.ofInstant(NOW, ZoneOffset.UTC)), null);
			toldOfAll(before);
			this.admission.update(counted(someone, 1), 0);
			assertThat(system(this.user, 5_000_000L)).isInstanceOf(Denied.class);
			toldOfAll(TELLINGS - before);
			admitted(system(this.user, 3_000_000L)).release();
			assertThat(over(system(this.user, 5_000_000L)).shouldRetry()).isFalse();
			toldOfAll(TELLINGS);
		}
	}

	/** As budget-service tells of one change. */
	private void toldOfAll(int times) {
		for (int i = 0; i < times; i++) {
			this.admission.update(installation(1L, 6_000_000, null));
		}
	}

	private BudgetStatus counted(UserId someone, long seq) {
		return new BudgetStatus(someone, ++this.version, "UTC", YearMonth.of(2026, 11), DECEMBER, null, null,
				Enforcement.HARD, NanoUsd.ZERO, Instant.parse("2026-11-01T00:00:00Z"), DECEMBER, 1000, 0, NanoUsd.ZERO,
				Map.of(SOURCE, seq), null, null);
	}

	@Test
	void whatIsLentIsAskedForOnceAndThenSpentWithoutAsking() {
		Desk desk = new Desk();
		desk.extra = 20_000_000L;
		Leases leases = lending(desk, Duration.ofMinutes(1));
		try {
			admitted(admit(null, 1_000_000L, NOW)).post(posted(1, 1_000_000L, NOW), null);
			int asked = desk.requests.get();
			for (int i = 2; i < 6; i++) {
				admitted(admit(null, 1_000_000L, NOW)).post(posted(i, 1_000_000L, NOW), null);
			}
			assertThat(asked).isPositive();
			assertThat(desk.requests.get() - asked).as("asked in the background at most").isLessThan(2);
			desk.lendsAtMost = 5_000_000L;
			assertThat(over(admit(null, 90_000_000L, NOW)).shouldRetry()).as("others have it").isTrue();
		}
		finally {
			leases.stop();
		}
	}

	@Test
	void withBudgetServiceAwayCallsGoOnInsideTheLineAndThenGet503() {
		Desk desk = new Desk();
		desk.lendsAtMost = 20_000_000L;
		Leases leases = lending(desk, Duration.ofMinutes(1));
		try {
			Reservation held = admitted(admit(null, 20_000_000L, NOW));
			desk.away = true;
			Awaitility.await().until(() -> {
				admit(null, 1L, NOW);
				return leases.isAway();
			});
			assertThat(((Denied) admit(null, 1_000_000L, NOW)).refusal().code()).isEqualTo("budget_unavailable");
			held.release();
			assertThat(admit(null, 15_000_000L, NOW)).as("inside the line").isInstanceOf(Admitted.class);
			desk.away = false;
			desk.lendsAtMost = 90_000_000L;
			Awaitility.await().until(() -> admit(null, 30_000_000L, NOW) instanceof Admitted);
		}
		finally {
			leases.stop();
		}
	}

	@Test
	void whatOthersWantIsGivenBack() {
		Desk desk = new Desk();
		Leases leases = lending(desk, Duration.ofMinutes(1));
		try {
			Reservation held = admitted(admit(null, 20_000_000L, NOW));
			desk.wanted = true;
			this.admission.update(desk.status(), 0);
			Awaitility.await().until(() -> desk.line == 20_000_000L);
			held.release();
			Awaitility.await().until(() -> desk.line == 0);
		}
		finally {
			leases.stop();
		}
	}

	@Test
	void whatIsNotUsedForAWhileIsGivenBack() {
		Desk desk = new Desk();
		desk.extra = 20_000_000L;
		Leases leases = lending(desk, Duration.ofMillis(40));
		try {
			Reservation open = admitted(admit(null, 5_000_000L, NOW));
			assertThat(this.registry.get("tallygate.leases.held").gauge().value()).isEqualTo(20_000_000);
			open.post(posted(1, 5_000_000L, NOW), null);
			Awaitility.await().until(() -> desk.line == 5_000_000L);
			desk.slice = 7_000_000L;
			this.admission.update(desk.status(), 0);
			admitted(admit(null, 10_000_000L, NOW)).release();
			Awaitility.await().until(() -> desk.line == 7_000_000L);
		}
		finally {
			leases.stop();
		}
	}

	@Test
	void aGatewayThatStopsGivesBackAllButWhatItsCallsCost() {
		Desk desk = new Desk();
		desk.extra = 20_000_000L;
		desk.slice = 7_000_000L;
		Leases leases = lending(desk, Duration.ofMinutes(1));
		try {
			admitted(admit(null, 5_000_000L, NOW)).post(posted(1, 3_000_000L, NOW), null);
			assertThat(desk.line).isEqualTo(20_000_000L);
		}
		finally {
			leases.stop();
		}
		assertThat(desk.line).isEqualTo(3_000_000L);
	}

	@Test
	void callsThatHadToAskAreToldFromThoseThatHadNot() {
		Desk desk = new Desk();
		desk.lendsAtMost = 20_000_000L;
		Leases leases = lending(desk, Duration.ofMinutes(1));
		try {
			admitted(admit(null, 20_000_000L, NOW)).release();
			admitted(admit(null, 1_000_000L, NOW)).release();
			assertThat(over(admit(null, 30_000_000L, NOW)).shouldRetry()).isTrue();
			assertThat(this.registry.get("tallygate.leases.waits").tag("outcome", "admitted").timer().count())
				.isEqualTo(1);
			assertThat(this.registry.get("tallygate.leases.waits").tag("outcome", "refused").timer().count())
				.isEqualTo(1);
			assertThat(this.registry.get("tallygate.leases.asks").tag("outcome", "short").counter().count())
				.isPositive();
			assertThat(this.registry.get("tallygate.leases.unreachable").gauge().value()).isZero();
			desk.away = true;
			Awaitility.await().until(() -> {
				admit(null, 30_000_000L, NOW);
				return this.registry.get("tallygate.leases.unreachable").gauge().value() == 1;
			});
			assertThat(this.registry.get("tallygate.leases.requests.failed").counter().count()).isPositive();
		}
		finally {
			leases.stop();
		}
	}

	/** Leases of a user that the gateway knows, already at work. */
	private Leases lending(Desk desk, Duration giveBackAfter) {
		Leases leases = leases(desk, giveBackAfter);
		this.admission.lender(leases);
		this.admission.update(desk.status(), 0);
		leases.start();
		if (!desk.away) {
			// Nobody is lent anything before, and a call waits for half a second only.
			Awaitility.await().until(() -> leases.session() != 0);
		}
		return leases;
	}

	private Leases leases(LeaseDesk desk, Duration giveBackAfter) {
		return new Leases(this.admission, desk, giveBackAfter, new LeaseMeters(this.registry),
				Clock.fixed(NOW, ZoneOffset.UTC));
	}

	private final class Desk implements LeaseDesk {

		private final AtomicInteger requests = new AtomicInteger();

		private volatile boolean away;

		private volatile boolean wanted;

		private volatile long lendsAtMost = 90_000_000L;

		private volatile long line;

		private volatile long extra;

		private volatile long slice;

		@Override
		public long register() throws IOException {
			if (this.away) {
				throw new IOException("away");
			}
			return 7;
		}

		@Override
		public List<@Nullable BudgetStatus> ask(long session, List<Ask> asks) throws IOException {
			if (this.away) {
				throw new IOException("away");
			}
			this.requests.incrementAndGet();
			List<@Nullable BudgetStatus> answers = new ArrayList<>();
			for (Ask ask : asks) {
				boolean less = ask.line() <= this.line;
				long granted = less ? ask.line() : Math.max(ask.line(), this.extra);
				this.line = (granted <= this.lendsAtMost) ? granted : this.line;
				answers.add(status());
			}
			return answers;
		}

		BudgetStatus status() {
			return ScopesTests.this.status(ScopesTests.this.user, 10L,
					Map.of(BudgetStatus.BUDGET_SCOPE, new Lines(new NanoUsd(this.slice), new NanoUsd(this.slice),
							this.wanted, 7, Map.of(SOURCE, new NanoUsd(this.line)))),
					null);
		}

	}

	private KeyBudget keyBudget(KeyPeriod kind, String period, @Nullable Instant end, long cents, long spent) {
		return new KeyBudget(this.key, kind, period, end, cents, Enforcement.HARD, new NanoUsd(spent));
	}

	private InstallationStatus installation(@Nullable Long cents, long spent, @Nullable Long ceiling) {
		return new InstallationStatus(++this.version, YearMonth.of(2026, 11), DECEMBER, cents, Enforcement.HARD,
				new NanoUsd(spent), ceiling, Enforcement.HARD);
	}

	private synchronized BudgetStatus status(UserId someone, @Nullable Long cents, @Nullable Map<String, Lines> lines,
			@Nullable List<KeyBudget> keys) {
		return new BudgetStatus(someone, ++this.version, "UTC", YearMonth.of(2026, 11), DECEMBER, cents,
				(cents != null) ? Limit.BUDGET : null, Enforcement.HARD, NanoUsd.ZERO,
				Instant.parse("2026-11-01T00:00:00Z"), DECEMBER, 1000, 0, NanoUsd.ZERO, Map.of(), lines, keys);
	}

	private AdmissionOutcome admit(@Nullable ApiKeyId with, long need, Instant at) {
		return this.admission.admit(new Wish(this.user, with, "p", "m", PRICE, Credential.USER, 0, need, 1, false, at));
	}

	private AdmissionOutcome system(UserId someone, long need) {
		return this.admission
			.admit(new Wish(someone, null, "p", "m", PRICE, Credential.SYSTEM, 0, need, 1, false, NOW));
	}

	private AdmissionOutcome unpriced(@Nullable ApiKeyId with, Credential credential) {
		return this.admission
			.admit(new Wish(this.user, with, "p", "unpriced", null, credential, 1, null, 1, false, NOW));
	}

	private PostedCall posted(long seq, long cost, Instant at) {
		return new PostedCall(this.user, this.key, seq, cost, Credential.USER, at,
				LocalDate.ofInstant(at, ZoneOffset.UTC));
	}

	private static Reservation admitted(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Admitted.class);
		return ((Admitted) outcome).reservation();
	}

	private static Refusal refusal(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Denied.class);
		return ((Denied) outcome).refusal();
	}

	private static Refusal.OverLimit over(AdmissionOutcome outcome) {
		assertThat(outcome).isInstanceOf(Denied.class);
		assertThat(((Denied) outcome).refusal()).isInstanceOf(Refusal.OverLimit.class);
		return (Refusal.OverLimit) ((Denied) outcome).refusal();
	}

}
