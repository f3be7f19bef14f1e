package dev.tallygate.metering.rerating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.Calls;
import dev.tallygate.metering.ledger.LedgerReader.Costed;
import dev.tallygate.metering.ledger.LedgerRow;
import dev.tallygate.metering.rerating.Recalculation.Correction;
import dev.tallygate.metering.rerating.Recalculation.Outcome;
import dev.tallygate.metering.rerating.Recalculation.Right;
import dev.tallygate.metering.rerating.Recalculation.Skipped;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is to be done about a call when its price was wrong. Calls are of gpt-4o-mini, 900
 * tokens in, 100 read from a cache and 500 out, and were charged 450,000 nano-USD.
 */
class RecalculationTests {

	private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

	private static final UUID JOB = UuidV7.next();

	/**
	 * As it was charged: 150 nano-USD a token in, 600 out; what is cached costs the same.
	 */
	private static final PriceRow AS_CHARGED = row("gpt-4o-mini").build();

	@Test
	void whatCostsWhatItShouldIsLeftAlone() {
		assertThat(outcome(whole(null), 450_000, false, false, AS_CHARGED)).isInstanceOf(Right.class);
	}

	@Test
	void theDifferenceToWhatItCostsByNowIsTheCorrection() {
		PriceRow cached = row("gpt-4o-mini").price(Meter.CACHE_READ, 75_000_000).build();
		// 900·150 + 100·75 + 500·600 = 442,500
		UsageAdjusted correction = correction(outcome(whole(null), 450_000, false, false, cached));
		assertThat(correction.deltaNanos()).isEqualTo(new NanoUsd(-7_500));
		assertThat(correction(outcome(whole(null), 440_000, false, false, cached)).deltaNanos())
			.as("after an earlier correction")
			.isEqualTo(new NanoUsd(2_500));
		assertThat(outcome(whole(null), 442_500, false, false, cached)).as("after this one").isInstanceOf(Right.class);
	}

	@Test
	void aCorrectionSaysWhatItIsAboutAndIsTheSameWheneverItIsMade() {
		UsageSettled call = whole(null);
		Correction first = (Correction) outcome(call, 0, false, false, AS_CHARGED);
		UsageAdjusted data = first.event().data();
		assertThat(first.event().id()).isEqualTo(UsageAdjusted.idOf(call.callId(), JOB));
		assertThat(first.event().source()).isEqualTo("/metering");
		assertThat(data.callId()).isEqualTo(call.callId());
		assertThat(data.userId()).isEqualTo(call.userId());
		assertThat(data.apiKeyId()).isEqualTo(call.apiKeyId());
		assertThat(data.provider()).isEqualTo("openai");
		assertThat(data.model()).isEqualTo("gpt-4o-mini");
		assertThat(data.period()).isEqualTo(call.period());
		assertThat(data.day()).isEqualTo(call.day());
		assertThat(data.reason()).isEqualTo("wrong");
		assertThat(data.priceVersion()).isEqualTo("corrected");
		assertThat(Objects.requireNonNull(data.charges()).stream().mapToLong((each) -> each.costNanos().value()).sum())
			.isEqualTo(450_000);
		assertThat(data.unpricedMeters()).isNull();
	}

	@Test
	void whatHadNoPriceIsCorrectedThoughItCostsNothing() {
		PriceRow free = PriceRow.of("openai", "gpt-4o-mini", 0, 0, Instant.EPOCH);
		assertThat(correction(outcome(whole(null), 0, true, false, free)).deltaNanos()).isEqualTo(NanoUsd.ZERO);
		assertThat(outcome(whole(null), 0, false, false, free)).isInstanceOf(Right.class);
	}

	@Test
	void aPartThatGetsAPriceIsACorrectionThoughItCostsNothing() {
		UsageSettled partly = whole(List.of("web_search"));
		assertThat(correction(outcome(partly, 450_000, false, true, AS_CHARGED)).unpricedMeters())
			.as("its quantities have no search")
			.isNull();
		UsageSettled strange = whole(List.of("hologram_tokens"));
		assertThat(outcome(strange, 450_000, false, true, AS_CHARGED)).as("nobody knows it still")
			.isInstanceOf(Right.class);
		assertThat(correction(outcome(strange, 450_001, false, true, AS_CHARGED)).unpricedMeters())
			.containsExactly("hologram_tokens");
	}

	@Test
	void whatNobodyChargedIsLeftAlone() {
		UsageSettled failed = Calls.aCall().to("openai", "gpt-4o-mini").failed().settled(1).data();
		assertThat(outcome(failed, 0, false, false, AS_CHARGED)).isInstanceOf(Right.class);
	}

	@Test
	void aModelThatHasNoPriceInTheTableKeepsWhatItHad() {
		assertThat(outcome(whole(null), 1, false, false, row("another").build())).isInstanceOf(Right.class);
		PriceRow later = PriceRow.of("openai", "gpt-4o-mini", 1, 1, NOW.plusSeconds(86_400 * 365L));
		assertThat(outcome(whole(null), 1, false, false, later)).isInstanceOf(Right.class);
	}

	@Test
	void otherModelsThatTookPartMustBeInTheTable() {
		UsageSettled advised = Calls.advised(Calls.aCall().to("openai", "gpt-4o-mini").settled(1), "advisor").data();
		assertThat(outcome(advised, 450_000, false, false, AS_CHARGED)).isInstanceOf(Skipped.class);
		PriceRow advisor = PriceRow.of("openai", "advisor", 1_000_000_000, 2_000_000_000, Instant.EPOCH);
		// own 900·150 + 400·600 = 375,000; the advisor's 100·1,000 + 100·2,000 = 300,000
		assertThat(correction(outcome(advised, 450_000, false, false, AS_CHARGED, advisor)).deltaNanos())
			.isEqualTo(new NanoUsd(225_000));
	}

	@Test
	void anotherModelThatHadNoPriceMayHaveNoneStill() {
		UsageSettled advised = Calls
			.advised(Calls.aCall().to("openai", "gpt-4o-mini").settled(1), "advisor",
					List.of("input@advisor", "output@advisor"))
			.data();
		assertThat(outcome(advised, 375_000, false, true, AS_CHARGED)).as("as it was charged")
			.isInstanceOf(Right.class);
		PriceRow dearer = row("gpt-4o-mini").price(Meter.OUTPUT, 700_000_000).build();
		// 400·100 more; the advisor's part stays open
		UsageAdjusted correction = correction(outcome(advised, 375_000, false, true, dearer));
		assertThat(correction.deltaNanos()).isEqualTo(new NanoUsd(40_000));
		assertThat(correction.unpricedMeters()).containsExactly("input@advisor", "output@advisor");
		UsageSettled others = Calls
			.advised(Calls.aCall().to("openai", "gpt-4o-mini").settled(1), "advisor", List.of("web_search"))
			.data();
		assertThat(outcome(others, 375_000, false, true, AS_CHARGED)).as("the advisor had a price then")
			.isInstanceOf(Skipped.class);
	}

	/** 900·200 + 400·700 at the version's own prices, 100·1,000 + 100·2,000 beside it. */
	@Test
	void whatAVersionAnsweredInSeveralRunsKeepsThePriceOfTheVersion() {
		List<MeterCharge> charges = List.of(
				new MeterCharge("input", 900, 200_000_000, null, new NanoUsd(180_000), "gpt-4o-mini-2026"),
				new MeterCharge("output", 400, 700_000_000, null, new NanoUsd(280_000), "gpt-4o-mini-2026"),
				new MeterCharge("input", 100, 1_000_000_000, null, new NanoUsd(100_000), "advisor"),
				new MeterCharge("output", 100, 2_000_000_000, null, new NanoUsd(200_000), "advisor"));
		UsageSettled advised = Calls
			.advised(Calls.aCall().to("openai", "gpt-4o-mini").settled(1), "advisor", null, charges)
			.data();
		PriceRow version = PriceRow.of("openai", "gpt-4o-mini-2026", 200_000_000, 700_000_000, Instant.EPOCH);
		PriceRow advisor = PriceRow.of("openai", "advisor", 1_000_000_000, 2_000_000_000, Instant.EPOCH);
		assertThat(outcome(advised, 760_000, false, false, AS_CHARGED, version, advisor)).isInstanceOf(Right.class);
	}

	private static Outcome outcome(UsageSettled call, long costs, boolean unpriced, boolean partly, PriceRow... rows) {
		return new Recalculation(JOB, "wrong", new PriceTable("corrected", List.of(rows)))
			.of(new Costed(new LedgerRow(call.callId().value(), call), costs, unpriced, partly), NOW);
	}

	private static UsageAdjusted correction(Outcome outcome) {
		assertThat(outcome).isInstanceOf(Correction.class);
		return ((Correction) outcome).event().data();
	}

	private static UsageSettled whole(@Nullable List<String> unpricedMeters) {
		CloudEvent<UsageSettled> event = Calls.aCall().to("openai", "gpt-4o-mini").settled(1);
		return Calls.metered(event, null, Calls.charges(), unpricedMeters).data();
	}

	private static PriceRow.Builder row(String model) {
		return PriceRow.of("openai", model, Instant.EPOCH)
			.price(Meter.INPUT, 150_000_000)
			.price(Meter.OUTPUT, 600_000_000);
	}

}
