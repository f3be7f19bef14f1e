package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.RepeatedCalls;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.SystemKeyRefused;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.Admission;
import dev.tallygate.gateway.pricing.Demand;
import dev.tallygate.gateway.pricing.EstimateProperties;
import dev.tallygate.gateway.pricing.UnpricedProperties;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Served;
import dev.tallygate.pricing.Usage;
import dev.tallygate.gateway.usage.CallMeters;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.gateway.usage.Calls.Begun;
import dev.tallygate.gateway.usage.Calls.Refused;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.gateway.usage.Settlement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpooledCallsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final ModelLabels labels = new ModelLabels();

	private final UserId user = new UserId(UuidV7.next());

	@TempDir
	private Path directory;

	private Spool spool;

	private SpooledCalls calls;

	@BeforeEach
	void open() {
		this.spool = Fixtures.spool(this.directory);
		PriceTable prices = new PriceTable("v1", List.of(Fixtures.ROW));
		new SpoolMeters(this.registry).watch(this.spool);
		CallMeters meters = new CallMeters(this.registry, this.labels);
		this.calls = new SpooledCalls(() -> prices,
				new Admission(this.spool.source(), Fixtures.admission(), Clock.systemUTC()), this.spool, meters,
				Clock.systemUTC());
	}

	@AfterEach
	void close() throws IOException {
		this.spool.close();
	}

	@Test
	void aCallEndsExactlyOnceWhateverThreadsRace() throws Exception {
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int round = 0; round < 200; round++) {
				OpenCall call = begin("gpt-4o-mini");
				CountDownLatch start = new CountDownLatch(1);
				List<Future<Boolean>> enders = List.of(threads.submit(() -> {
					start.await();
					return call.settle(Fixtures.completed(1, 1));
				}), threads.submit(() -> {
					start.await();
					return call.settle(Settlement.failed(Instant.now(), 1, 500));
				}), threads.submit(() -> {
					start.await();
					return call.voided();
				}));
				start.countDown();
				int ended = 0;
				for (Future<Boolean> ender : enders) {
					ended += ender.get() ? 1 : 0;
				}
				assertThat(ended).isEqualTo(1);
				call.close();
			}
		}
		assertThat(this.spool.openCalls()).isEmpty();
		assertThat(Fixtures.eventsOf(this.spool)).hasSize((int) this.spool.state().lastSeq());
	}

	@Test
	void aRouteThatForgetsToEndACallIsChargedAsInterrupted() throws Exception {
		try (OpenCall call = begin("gpt-4o-mini")) {
			call.delivered(17);
		}
		UsageSettled settled = onlyEvent();
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.outputTokens()).isEqualTo(17);
		assertThat(settled.costNanos()).isNotNull();
		assertThat(this.registry.get("tallygate.usage.unattended").counter().count()).isEqualTo(1);
	}

	@Test
	void aModelWithoutAPriceIsRecordedAsUnpriced() throws Exception {
		try (OpenCall call = begin("unheard-of")) {
			assertThat(call.rate(Fixtures.completed(1, 1).usage()).cost()).isNull();
			call.settle(Fixtures.completed(10, 10));
		}
		UsageSettled settled = onlyEvent();
		assertThat(settled.priced()).isFalse();
		assertThat(settled.costNanos()).isNull();
		assertThat(settled.priceVersion()).isNull();
	}

	@Test
	void aFailedCallCostsNothingAndKnowsNoTokens() throws Exception {
		begin("gpt-4o-mini").settle(Settlement.failed(Instant.now(), 2, 503));
		UsageSettled settled = onlyEvent();
		assertThat(settled.costNanos()).isNotNull().extracting((cost) -> cost.value()).isEqualTo(0L);
		assertThat(settled.inputTokens()).isNull();
		assertThat(settled.priced()).isTrue();
	}

	@Test
	void creditsThatAreUsedUpRefuseSystemKeyCallsAndSayItOnce() throws Exception {
		begin("gpt-4o-mini").settle(Fixtures.completed(34_000_000, 0));
		for (int i = 0; i < 3; i++) {
			assertThat(this.calls.begin(request("gpt-4o-mini", Credential.SYSTEM))).isInstanceOfSatisfying(
					Refused.class, (refused) -> assertThat(refused.refusal().code()).isEqualTo("credits_exhausted"));
		}
		assertThat(this.calls.begin(request("gpt-4o-mini", Credential.USER))).isInstanceOf(Begun.class);
	}

	@Test
	void aStoppingGatewayBeginsNoCalls() {
		this.calls.stopBeginning();
		assertThat(this.calls.begin(request("gpt-4o-mini", Credential.NONE))).isInstanceOfSatisfying(Refused.class,
				(refused) -> assertThat(refused.refusal().status()).isEqualTo(503));
	}

	@Test
	void countsCallsTokensAndCost() {
		begin("gpt-4o-mini").settle(Fixtures.completed(1000, 500));
		assertThat(this.registry.get("tallygate.calls").tag("status", "completed").counter().count()).isEqualTo(1);
		assertThat(this.registry.get("tallygate.call.cost.nanos").counter().count()).isEqualTo(1_050_000);
		assertThat(this.registry.get("tallygate.spool.depth").gauge().value()).isEqualTo(1);
		assertThat(this.registry.get("tallygate.calls.open").gauge().value()).isZero();
	}

	@Test
	void anAbsurdCountIsSaturatedAndAlerted() throws Exception {
		begin("gpt-4o-mini").settle(Fixtures.completed(10, 1_000_000_000_000L));

		assertThat(onlyEvent().outputTokens()).isEqualTo(1_000_000_000L);
		assertThat(this.registry.get("tallygate.usage.corrected").counter().count()).isEqualTo(1);
	}

	@Test
	void countsCallsWithNumbersUnderNamesThatNobodyKnows() throws Exception {
		Counter counter = this.registry.get("tallygate.usage.unknown.fields").counter();
		assertThat(counter.count()).as("before the first").isZero();
		begin("gpt-4o-mini").settle(Fixtures.completed(10, 5));
		assertThat(counter.count()).as("every field is known").isZero();

		Usage strange = new Usage(Quantities.of(10L, 5L), Served.PLAIN, List.of(),
				Set.of("hologram_tokens", "smell_tokens"), Set.of());
		begin("gpt-4o-mini").settle(new Settlement(Status.COMPLETED, UsageSettled.UsageSource.PROVIDER, strange,
				Instant.now(), null, 1, 200));

		assertThat(counter.count()).as("calls, not fields").isEqualTo(1);
		assertThat(this.registry.get("tallygate.calls.partly.priced").counter().count()).isEqualTo(1);
		UsageSettled settled = (UsageSettled) EventCodec.decode(Fixtures.eventsOf(this.spool).getLast().payload())
			.data();
		assertThat(settled.unpricedMeters()).containsExactly("hologram_tokens", "smell_tokens");
		assertThat(settled.priced()).isTrue();
	}

	/** A mean of 10⁹ tokens would have the next call hold all that is left. */
	@Test
	void anAbsurdCountIsNoMeasureOfLaterCalls() {
		Calls.Begin absurd = this.calls.begin(request("gpt-4o-mini", Credential.USER));
		((Begun) absurd).call().settle(Fixtures.completed(10, 1_000_000_000_000L));

		OpenCall first = begin("gpt-4o-mini");
		OpenCall second = begin("gpt-4o-mini");
		first.voided();
		second.voided();
	}

	@Test
	void aCallIsOverAtAMicrosecondAsEveryStoreCanKeepIt() throws Exception {
		Settlement settlement = new Settlement(Status.COMPLETED, UsageSettled.UsageSource.PROVIDER, Usage.of(1L, 1L),
				Instant.parse("2026-11-29T12:00:00.123456789Z"), null, 1, 200);
		begin("gpt-4o-mini").settle(settlement);

		UsageSettled settled = onlyEvent();
		assertThat(settled.finishedAt()).isEqualTo("2026-11-29T12:00:00.123456Z");
		assertThat(settled.startedAt()).isEqualTo(settled.startedAt().truncatedTo(ChronoUnit.MICROS));
	}

	private OpenCall begin(String model) {
		Calls.Begin begin = this.calls.begin(request(model, Credential.SYSTEM));
		assertThat(begin).isInstanceOf(Begun.class);
		return ((Begun) begin).call();
	}

	@Test
	void refusesAModelWithoutAPriceOnTheOperatorsKeyUnlessItIsAllowed() {
		SpooledCalls strict = new SpooledCalls(() -> new PriceTable("none", List.of()), EstimateProperties.DEFAULT,
				new UnpricedProperties(false),
				new Admission(this.spool.source(), Fixtures.admission(), Clock.systemUTC()), this.spool,
				new CallMeters(this.registry, this.labels), Clock.systemUTC());
		assertThat(strict.begin(request("unheard-of", Credential.SYSTEM))).isInstanceOfSatisfying(Calls.Refused.class,
				(refused) -> assertThat(refused.refusal().code()).isEqualTo("model_not_priced"));
	}

	private CallRequest request(String model, Credential credential) {
		return new CallRequest(this.user, null, KeyType.DEV, null, null, "openai", model, model, Operation.CHAT, true,
				credential, Demand.ofText(100, null, 1), Map.of(), false);
	}

	@Test
	void tellsOnceADayOfEachKeyThatAPromptRepeats() throws Exception {
		ApiKeyId key = new ApiKeyId(UuidV7.next());
		this.calls.repeating(this.user, key, 21);
		this.calls.repeating(this.user, key, 22);
		this.calls.repeating(this.user, null, 21);

		List<Sendable> events = Fixtures.eventsOf(this.spool);
		assertThat(events).hasSize(2);
		assertThat(EventCodec.decode(events.getFirst().payload()).data()).isInstanceOfSatisfying(RepeatedCalls.class,
				(repeated) -> {
					assertThat(repeated.apiKeyId()).isEqualTo(key);
					assertThat(repeated.count()).isEqualTo(21);
				});
	}

	@Test
	void tellsOnceADayOfEachProviderThatItRefusesTheOperatorsKey() throws Exception {
		this.calls.systemKeyRefused("openai");
		this.calls.systemKeyRefused("openai");
		this.calls.systemKeyRefused("anthropic");

		List<Sendable> events = Fixtures.eventsOf(this.spool);
		assertThat(events).hasSize(2);
		assertThat(EventCodec.decode(events.getFirst().payload()).data()).isInstanceOfSatisfying(SystemKeyRefused.class,
				(refused) -> assertThat(refused.provider()).isEqualTo("openai"));
		assertThat(events).extracting(Sendable::seq).as("nothing was relayed").containsOnly(0L);
	}

	@Test
	void aMadeUpNameIsNoLabelAndALotOfThemTakeNoPricedModelsOwn() {
		for (int i = 0; i < 1000; i++) {
			begin("made-up-" + i).settle(Fixtures.completed(1, 1));
		}
		begin(Fixtures.ROW.model()).settle(Fixtures.completed(1, 1));
		this.labels.listed("openai", "fine-tuned");
		begin("fine-tuned").settle(Fixtures.completed(1, 1));
		assertThat(this.registry.find("tallygate.calls").counters())
			.extracting((counter) -> counter.getId().getTag("model"))
			.containsExactlyInAnyOrder("other", Fixtures.ROW.model(), "fine-tuned");
		assertThat(this.registry.get("tallygate.calls").tag("model", "other").counter().count()).isEqualTo(1000);
	}

	@Test
	void listsThatNeverEndAreNoLabelsWithoutEnd() {
		for (int i = 0; i < 5000; i++) {
			this.labels.listed("openai", "listed-" + i);
		}
		assertThat(this.labels.of("openai", "listed-0", null)).isEqualTo("listed-0");
		assertThat(this.labels.of("openai", "listed-4999", null)).isEqualTo("other");
		assertThat(this.labels.of("anthropic", "listed-0", null)).as("another provider's").isEqualTo("other");
	}

	@Test
	void aFineTunedModelIsPricedByItsBaseButItsOwnersNameIsNoLabel() {
		CallPrice base = CallPrice.of(PriceRow.of("openai", "ft:base", 1, 1, Instant.EPOCH));
		assertThat(this.labels.of("openai", "ft:base", base)).isEqualTo("ft:base");
		assertThat(this.labels.of("openai", "ft:base:acme::1", base)).isEqualTo("other");
	}

	@Test
	void whatIsCountedBeginsAtZero() {
		CallMeters meters = new CallMeters(this.registry, this.labels);
		meters.mayBeCalled("openai");
		for (String counter : List.of("tallygate.calls", "tallygate.call.tokens", "tallygate.call.cost.nanos",
				"tallygate.calls.unpriced", "tallygate.admission.refused", "tallygate.usage.unattended")) {
			assertThat(this.registry.find(counter).counters()).as(counter)
				.isNotEmpty()
				.allSatisfy((each) -> assertThat(each.count()).isZero());
		}
	}

	private UsageSettled onlyEvent() throws Exception {
		List<Sendable> events = Fixtures.eventsOf(this.spool);
		assertThat(events).hasSize(1);
		CloudEvent<?> event = EventCodec.decode(events.getFirst().payload());
		return (UsageSettled) event.data();
	}

}
