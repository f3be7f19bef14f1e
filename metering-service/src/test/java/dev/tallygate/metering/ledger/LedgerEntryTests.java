package dev.tallygate.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.Calls;
import dev.tallygate.metering.ledger.LedgerEntry.Effect;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerEntryTests {

	private static final Instant NEW_YEARS_EVE = Instant.parse("2026-12-31T23:59:59.999Z");

	@Test
	void landsInTheUtcMonthAndDayOfItsCallWhateverMonthItCountsIn() {
		LedgerEntry last = entry(Calls.aCall().at(NEW_YEARS_EVE).settled(1));
		assertThat(last.partition()).isEqualTo(YearMonth.of(2026, 12));
		assertThat(last.utcDay()).isEqualTo(LocalDate.of(2026, 12, 31));
		LedgerEntry next = entry(Calls.aCall().at(NEW_YEARS_EVE.plusMillis(1)).settled(1));
		assertThat(next.partition()).isEqualTo(YearMonth.of(2027, 1));
		assertThat(next.utcDay()).isEqualTo(LocalDate.of(2027, 1, 1));
	}

	@Test
	void aCallThatCountsIsUnpricedWithoutACost() {
		assertThat(entry(Calls.aCall().unpriced().settled(1)).isUnpriced()).isTrue();
		assertThat(entry(Calls.aCall().costing(0).settled(1)).isUnpriced()).isFalse();
		assertThat(entry(Calls.aCall().failed().settled(1)).isUnpriced()).isFalse();
	}

	@Test
	void aCallThatCountsIsPartlyPricedWhereAMeterHasNoPrice() {
		assertThat(metered(Calls.aCall(), List.of("web_search")).isPartlyPriced()).isTrue();
		assertThat(metered(Calls.aCall(), null).isPartlyPriced()).isFalse();
		assertThat(metered(Calls.aCall().unpriced(), List.of("web_search")).isPartlyPriced()).as("it has none at all")
			.isFalse();
		assertThat(metered(Calls.aCall().failed(), List.of("web_search")).isPartlyPriced()).as("it does not count")
			.isFalse();
	}

	@Test
	void aSettledCallSaysWhatItWasNamedByAndWhatItsMetersCost() {
		LedgerEntry entry = metered(Calls.aCall(), List.of("web_search"));
		assertThat(entry.tags()).isEqualTo(Map.of("team", "search"));
		assertThat(entry.charges()).isEqualTo(Calls.charges());
		assertThat(entry.unpricedMeters()).containsExactly("web_search");
		assertThat(entry.seq()).isEqualTo(7);
		assertThat(entry.key()).isEqualTo(new LedgerEntry.Key(entry.userId(), entry.eventId()));
	}

	@Test
	void aCorrectionIsNoCallAndHasTheTagsOfItsCall() {
		UsageSettled call = Calls.aCall().settled(1).data();
		CloudEvent<UsageAdjusted> event = Calls.adjusted(call, UuidV7.next(), -5, Calls.charges(),
				List.of("web_search"));
		LedgerEntry entry = LedgerEntry.of(event, event.data(), Instant.now());
		assertThat(entry.costNanos()).isEqualTo(new NanoUsd(-5));
		assertThat(entry.seq()).isNull();
		assertThat(entry.settled()).isNull();
		assertThat(entry.isUnpriced()).isFalse();
		assertThat(entry.isPartlyPriced()).isFalse();
		assertThat(entry.charges()).isEqualTo(Calls.charges());
		assertThat(entry.unpricedMeters()).containsExactly("web_search");
		assertThat(entry.tags()).isNull();
		Effect effect = new Effect(Map.of("team", "search"), -1, 1);
		LedgerEntry effective = entry.withEffect(effect);
		assertThat(effective.tags()).isEqualTo(Map.of("team", "search"));
		assertThat(effective.effect()).isSameAs(effect);
		assertThat(effective.withEffect(Effect.NONE)).as("all else is kept").isEqualTo(entry);
	}

	private static LedgerEntry metered(Calls call, @Nullable List<String> unpricedMeters) {
		return entry(Calls.metered(call.settled(7), Map.of("team", "search"), Calls.charges(), unpricedMeters));
	}

	private static LedgerEntry entry(CloudEvent<UsageSettled> event) {
		return LedgerEntry.of(event, event.data(), Instant.now());
	}

}
