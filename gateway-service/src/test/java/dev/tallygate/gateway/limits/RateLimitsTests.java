package dev.tallygate.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.limits.RateLimitProperties.PerMinute;
import dev.tallygate.gateway.limits.RateOutcome.Exceeded;
import dev.tallygate.gateway.limits.RateOutcome.Granted;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitsTests {

	private static final PerMinute NONE = new PerMinute(0, 0);

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

	private final UserId user = new UserId(UuidV7.next());

	private final ApiKeyId key = new ApiKeyId(UuidV7.next());

	@Test
	void hasNoLimitsUnlessTheyAreSet() {
		RateLimits limits = limits(NONE, NONE);
		for (int i = 0; i < 1000; i++) {
			assertThat(limits.ask(this.user, this.key, 1_000_000)).isEqualTo(new Granted(null, null));
		}
	}

	@Test
	void letsAMinutesWorthThroughAndThenOneAfterTheOther() {
		RateLimits limits = limits(new PerMinute(60, 0), NONE);
		for (int i = 0; i < 60; i++) {
			assertThat(limits.ask(this.user, this.key, 5)).isInstanceOf(Granted.class);
		}
		assertThat(limits.ask(this.user, this.key, 5)).isInstanceOfSatisfying(Exceeded.class, (exceeded) -> {
			assertThat(exceeded.scope()).isEqualTo("user");
			assertThat(exceeded.what()).isEqualTo("requests");
			assertThat(exceeded.left()).isBetween(Duration.ofMillis(999), Duration.ofMillis(1001));
		});
		this.clock.addAndGet(Duration.ofMillis(1001).toNanos());
		assertThat(limits.ask(this.user, this.key, 5)).isInstanceOf(Granted.class);
		assertThat(limits.ask(this.user, this.key, 5)).isInstanceOf(Exceeded.class);
	}

	@Test
	void aRequestWithoutTokensPassesHoweverTheyStand() {
		RateLimits limits = limits(new PerMinute(3, 100), NONE);
		assertThat(limits.ask(this.user, this.key, 100)).isInstanceOf(Granted.class);
		limits.used(this.user, this.key, 1000);
		assertThat(limits.ask(this.user, this.key, 0)).isInstanceOf(Exceeded.class);
		assertThat(limits.ask(this.user, this.key)).isInstanceOf(Granted.class);
		assertThat(limits.ask(this.user, this.key)).isInstanceOfSatisfying(Granted.class,
				(granted) -> assertThat(granted.requests()).extracting("remaining").isEqualTo(0L));
		assertThat(limits.ask(this.user, this.key)).isInstanceOfSatisfying(Exceeded.class,
				(exceeded) -> assertThat(exceeded.what()).isEqualTo("requests"));
	}

	@Test
	void oneThatIsRefusedTakesNothing() {
		RateLimits limits = limits(new PerMinute(10, 0), new PerMinute(0, 100));
		assertThat(limits.ask(this.user, this.key, 100)).isInstanceOf(Granted.class);
		for (int i = 0; i < 20; i++) {
			assertThat(limits.ask(this.user, this.key, 50)).isInstanceOfSatisfying(Exceeded.class,
					(exceeded) -> assertThat(exceeded.scope() + " " + exceeded.what()).isEqualTo("key tokens"));
		}
		assertThat(limits.ask(this.user, new ApiKeyId(UuidV7.next()), 50)).isInstanceOfSatisfying(Granted.class,
				(granted) -> assertThat(granted.requests()).extracting("remaining").isEqualTo(8L));
	}

	@Test
	void whatWasUsedBeyondTheEstimateIsTakenAfterwards() {
		RateLimits limits = limits(new PerMinute(0, 600), NONE);
		limits.ask(this.user, this.key, 100);
		limits.used(this.user, this.key, 800);
		assertThat(limits.ask(this.user, this.key, 100)).isInstanceOfSatisfying(Exceeded.class, (exceeded) -> {
			assertThat(exceeded.tokens()).extracting("remaining").isEqualTo(0L);
			assertThat(exceeded.left()).isBetween(Duration.ofSeconds(39), Duration.ofSeconds(41));
		});
		limits.used(this.user, this.key, -900);
		assertThat(limits.ask(this.user, this.key, 100)).isInstanceOf(Granted.class);
	}

	@Test
	void whatIsMoreThanAMinutesWorthWaitsForAFullBucketAndNoLonger() {
		RateLimits limits = limits(new PerMinute(0, 600), NONE);
		assertThat(limits.ask(this.user, this.key, 5000)).isInstanceOf(Granted.class);
		assertThat(limits.ask(this.user, this.key, 1)).isInstanceOf(Exceeded.class);
	}

	@Test
	void usersDoNotStandInEachOthersWay() {
		RateLimits limits = limits(new PerMinute(1, 0), NONE);
		assertThat(limits.ask(this.user, this.key, 1)).isInstanceOf(Granted.class);
		assertThat(limits.ask(this.user, null, 1)).isInstanceOf(Exceeded.class);
		assertThat(limits.ask(new UserId(UuidV7.next()), this.key, 1)).isInstanceOf(Granted.class);
	}

	private RateLimits limits(PerMinute user, PerMinute key) {
		return new RateLimits(new RateLimitProperties(user, key, 1000), this.clock::get);
	}

}
