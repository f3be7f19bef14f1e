package dev.tallygate.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.provider.Breakers.Attempt;
import dev.tallygate.gateway.provider.Breakers.Permission;
import dev.tallygate.gateway.provider.UpstreamException.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BreakersTests {

	private static final Origin HERE = new Origin(true, "api.example.org", 443);

	private static final Origin THERE = new Origin(true, "api.example.com", 443);

	private static final UserId USER = new UserId(UuidV7.next());

	private CircuitBreakerRegistry registry = openFor(Duration.ofMinutes(1));

	private Breakers breakers = new Breakers(this.registry);

	private static CircuitBreakerRegistry openFor(Duration time) {
		return CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
			.slidingWindowSize(10)
			.minimumNumberOfCalls(10)
			.permittedNumberOfCallsInHalfOpenState(3)
			.waitDurationInOpenState(time)
			.build());
	}

	@Test
	void aModelThatFailsIsLeftAloneAndItsSiblingsAreNot() {
		fail(HERE, "bad", 10);

		assertThat(this.breakers.ask(HERE, "bad", true, USER)).isInstanceOf(Permission.Denied.class);
		assertThat(this.breakers.ask(HERE, "good", true, USER)).isInstanceOf(Attempt.class);
		assertThat(this.breakers.ask(THERE, "bad", true, USER)).isInstanceOf(Attempt.class);
	}

	@Test
	void saysWhenTheNextAttemptIsAllowed() {
		fail(HERE, "bad", 10);

		assertThat(this.breakers.ask(HERE, "bad", true, USER)).isInstanceOfSatisfying(Permission.Denied.class,
				(denied) -> assertThat(denied.retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1)));
	}

	@ParameterizedTest
	@EnumSource(names = { "CONNECT", "TIMEOUT", "BROKEN", "GARBAGE" })
	void noFirstByteIsAFailure(Kind kind) {
		for (int i = 0; i < 10; i++) {
			try (Attempt attempt = attempt(HERE, "bad")) {
				attempt.failed(new UpstreamException(kind, "no answer", null));
			}
		}

		assertThat(this.breakers.ask(HERE, "bad", true, USER)).isInstanceOf(Permission.Denied.class);
	}

	@Test
	void hearsNothingOfWhatCallersDo() {
		fail(HERE, "model", 9);
		for (int i = 0; i < 50; i++) {
			try (Attempt refused = attempt(HERE, "model"); Attempt left = attempt(HERE, "model")) {
				refused.answered(422);
				refused.failed(new UpstreamException(Kind.BROKEN, "while the refusal was read", null));
				left.failed(new UpstreamException(Kind.ABORTED, "the caller left", null));
			}
		}
		fail(HERE, "model", 1);

		assertThat(this.breakers.ask(HERE, "model", true, USER)).as("ten of ten failed")
			.isInstanceOf(Permission.Denied.class);
	}

	@Test
	void mostlyGoodIsGoodEnough() {
		for (int i = 0; i < 30; i++) {
			fail(HERE, "model", 1);
			work(HERE, "model", 2);
		}

		assertThat(this.breakers.ask(HERE, "model", true, USER)).isInstanceOf(Attempt.class);
	}

	@Test
	void oneGoodProbeClosesTheCircuitAlthoughOthersHang() {
		this.registry = openFor(Duration.ofMillis(50));
		this.breakers = new Breakers(this.registry);
		fail(HERE, "model", 10);
		List<Attempt> probes = new ArrayList<>();
		await().until(() -> this.breakers.ask(HERE, "model", true, USER) instanceof Attempt probe && probes.add(probe));
		probes.add(attempt(HERE, "model"));
		probes.add(attempt(HERE, "model"));
		assertThat(this.breakers.ask(HERE, "model", true, USER)).isInstanceOf(Permission.Denied.class);

		probes.getFirst().answered(200);

		assertThat(this.breakers.ask(HERE, "model", true, USER)).isInstanceOf(Attempt.class);
	}

	@Test
	void aProbeThatTellsNothingLetsAnotherOneTry() {
		this.registry = openFor(Duration.ofMillis(50));
		this.breakers = new Breakers(this.registry);
		fail(HERE, "model", 10);

		await().until(() -> this.breakers.ask(HERE, "model", true, USER) instanceof Attempt);
		for (int i = 0; i < 20; i++) {
			try (Attempt refused = attempt(HERE, "model")) {
				refused.answered(400);
			}
		}
	}

	@Test
	void aModelThatWorksNeedsNoBreaker() {
		for (int i = 0; i < 500; i++) {
			work(HERE, "model-" + i, 1);
		}
		assertThat(this.registry.getAllCircuitBreakers()).isEmpty();
	}

	@Test
	void madeUpNamesShareOneBreakerInTheMetricsAndNeverTakeAKnownModelsOwn() {
		for (int i = 0; i < 500; i++) {
			failUnknown("made-up-" + i);
		}
		assertThat(this.registry.getAllCircuitBreakers()).singleElement()
			.satisfies((breaker) -> assertThat(breaker.getName()).endsWith(" other"));
		assertThat(this.breakers.ask(HERE, "one more", false, USER)).isInstanceOf(Permission.Denied.class);
		assertThat(this.breakers.ask(THERE, "one more", false, USER)).isInstanceOf(Attempt.class);
		assertThat(this.breakers.ask(HERE, "known", true, USER)).isInstanceOf(Attempt.class);
		fail(HERE, "known", 1);
		assertThat(this.registry.getAllCircuitBreakers()).hasSize(2)
			.anySatisfy((breaker) -> assertThat(breaker.getName()).endsWith(" known"));
	}

	private void failUnknown(String model) {
		if (this.breakers.ask(HERE, model, false, USER) instanceof Attempt attempt) {
			try (attempt) {
				attempt.answered(503);
			}
		}
	}

	@Test
	void oneUsersFailuresCloseNobodyElseOut() {
		fail(HERE, "model", 10);
		UserId other = new UserId(UuidV7.next());

		assertThat(this.breakers.ask(HERE, "model", true, USER)).isInstanceOf(Permission.Denied.class);
		assertThat(this.breakers.ask(HERE, "model", true, other)).isInstanceOfSatisfying(Attempt.class, (attempt) -> {
			attempt.answered(200);
			attempt.close();
		});
		assertThat(this.breakers.ask(HERE, "model", true, USER)).as("it works after all").isInstanceOf(Attempt.class);
	}

	@Test
	void whatFailsForSomeUsersIsSparedTheRest() {
		fail(HERE, "model", 10);
		for (int i = 0; i < 2; i++) {
			assertThat(this.breakers.ask(HERE, "model", true, new UserId(UuidV7.next())))
				.isInstanceOfSatisfying(Attempt.class, (attempt) -> {
					attempt.answered(503);
					attempt.close();
				});
		}

		assertThat(this.breakers.ask(HERE, "model", true, new UserId(UuidV7.next())))
			.isInstanceOf(Permission.Denied.class);
	}

	private void fail(Origin origin, String model, int times) {
		for (int i = 0; i < times; i++) {
			if (this.breakers.ask(origin, model, true, USER) instanceof Attempt attempt) {
				try (attempt) {
					attempt.answered(503);
				}
			}
		}
	}

	private void work(Origin origin, String model, int times) {
		for (int i = 0; i < times; i++) {
			try (Attempt attempt = attempt(origin, model)) {
				attempt.answered(200);
			}
		}
	}

	private Attempt attempt(Origin origin, String model) {
		return (Attempt) this.breakers.ask(origin, model, true, USER);
	}

}
