package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.simulator.BillRow;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A caller leaves, on every road, with either value of a provider's
 * {@code on-disconnect}: what is charged is what was delivered, or what the provider
 * billed all the same.
 */
class DisconnectTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@ParameterizedTest
	@EnumSource
	void theProviderIsCancelledAndWhatWasDeliveredIsCharged(Road road) throws Exception {
		leave(road, road.provider, "output=500 delay=20ms");

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		BillRow billed = billed();
		assertThat(billed.outcome()).isEqualTo(BillRow.Outcome.ABORTED);
		assertThat(billed.outputTokens()).as("20 ms each, and noticed within a second").isLessThan(200);
		assertThat(settled.outputTokens()).isBetween(1L, billed.outputTokens());
		assertThat(settled.inputTokens()).isPositive();
	}

	@ParameterizedTest
	@EnumSource
	void aProviderThatDrainsIsReadToItsEndAndChargedAsItReports(Road road) throws Exception {
		leave(road, draining(road), "output=40 delay=20ms");

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		BillRow billed = billed();
		assertThat(billed.outcome()).isEqualTo(BillRow.Outcome.COMPLETED);
		assertThat(settled.outputTokens()).isEqualTo(40).isEqualTo(billed.outputTokens());
		assertThat(settled.inputTokens()).isEqualTo(billed.inputTokens());
	}

	@ParameterizedTest
	@EnumSource
	void whatIsNotStreamedRunsOn(Road road) throws Exception {
		try (Wire wire = Wire.post(gateway, road.path, road.ask("one [[sim: output=10 delay=50ms]]", ""))) {
			await().until(() -> gateway.calls.open() == 1);
			assertThat(wire).isNotNull();
		}

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.outputTokens()).isEqualTo(10).isEqualTo(billed().outputTokens());
	}

	/** So do OpenAI's own SDKs: they hang up at {@code [DONE]}. */
	@ParameterizedTest
	@EnumSource
	void whoLeavesAfterTheLastEventHasHadAllOfIt(Road road) throws Exception {
		assumeFalse(road.crossed(), "what follows the end is not passed on");
		String answer = road.begin() + road.end(road.usage("7", "2"));
		try (EndlessProvider provider = new EndlessProvider("text/event-stream", answer, ": still here\n\n",
				Duration.ofMillis(20))) {
			road.leadTo(gateway, provider.url());
			try (Wire wire = Wire.post(gateway, road.path, road.ask("one", ",\"stream\":true"))) {
				wire.readUntil(road.done());
			}

			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.COMPLETED);
			assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
			assertThat(settled.outputTokens()).isEqualTo(2);
		}
	}

	/**
	 * So do SDKs that were told of a failure: it is the provider's that ended the call.
	 */
	@ParameterizedTest
	@EnumSource
	void whoLeavesWhenToldOfAFailureHasNotEndedTheCall(Road road) throws Exception {
		assumeFalse(road.crossed(), "what follows the end is not passed on");
		try (EndlessProvider provider = new EndlessProvider("text/event-stream", road.begin() + road.failed(),
				": still here\n\n", Duration.ofMillis(20))) {
			road.leadTo(gateway, provider.url());
			try (Wire wire = Wire.post(gateway, road.path, road.ask("one", ",\"stream\":true"))) {
				wire.readUntil("boom");
				wire.readUntil(": still here");
			}

			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.outputTokens()).isPositive();
		}
	}

	/** What it was is what the caller saw of it. */
	@ParameterizedTest
	@EnumSource
	void aFailureThatCameWhenNobodyWasThereIsNotWhatEndedIt(Road road) throws Exception {
		leave(road, draining(road), "output=40 delay=20ms fault=error@30");

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(settled.outputTokens()).as("charged is what its provider made").isBetween(10L, 40L);
	}

	/** A provider like this road's, that is read to its end. */
	private static String draining(Road road) {
		String draining = road.provider.equals("manus") ? "drained" : "drained-" + road.provider;
		gateway.reveals.put(draining, Objects.requireNonNull(gateway.reveals.get(road.provider)));
		return draining;
	}

	/** Begins a stream and goes when the first words are there. */
	private static void leave(Road road, String provider, String directives) throws Exception {
		try (Wire wire = Wire.post(gateway, road.path,
				road.ask(provider + ":m" + System.nanoTime(), "one [[sim: " + directives + "]]", ",\"stream\":true"))) {
			wire.readEvents(7);
		}
	}

	private static BillRow billed() {
		await().untilAsserted(() -> assertThat(gateway.simulator.bill().billed()).hasSize(1));
		return gateway.simulator.bill().billed().getFirst();
	}

}
