package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Months and days where clocks are turned, where a year is long, and where a zone
 * changes.
 */
class CalendarTests {

	@ParameterizedTest
	@ValueSource(strings = { "Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Apia", "UTC",
			"Africa/Casablanca", "Australia/Lord_Howe" })
	void monthsFollowEachOtherWithoutGapThroughTurnedClocks(String name) {
		ZoneId zone = ZoneId.of(name);
		BudgetPeriod period = BudgetPeriod.containing(Instant.parse("2026-01-15T12:00:00Z"), zone);
		for (int i = 0; i < 60; i++) {
			BudgetPeriod next = period.at(period.end(), null);
			assertThat(next.start()).isEqualTo(period.end());
			assertThat(next.month()).isEqualTo(period.month().plusMonths(1));
			assertThat(next.start().atZone(zone).toLocalDate()).isEqualTo(next.month().atDay(1));
			period = next;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Pacific/Auckland", "America/Los_Angeles" })
	void daysOfAMonthWithATurnedClockHave23And25Hours(String name) {
		ZoneId zone = ZoneId.of(name);
		List<Long> hours = new ArrayList<>();
		for (YearMonth month = YearMonth.of(2026, 1); month.getYear() == 2026; month = month.plusMonths(1)) {
			BudgetPeriod period = BudgetPeriod.containing(month.atDay(2).atStartOfDay(zone).toInstant(), zone);
			Instant start = period.start();
			int days = 0;
			while (start.isBefore(period.end())) {
				Instant end = period.endOfDay(start);
				hours.add(Duration.between(start, end).toHours());
				assertThat(period.dayAt(end.minusMillis(1))).isEqualTo(month.atDay(++days));
				start = end;
			}
			assertThat(days).isEqualTo(month.lengthOfMonth());
		}
		assertThat(hours).hasSize(365).filteredOn((each) -> each != 24).containsExactlyInAnyOrder(23L, 25L);
	}

	@Test
	void aLeapDayIsADay() {
		ZoneId zone = ZoneId.of("America/Los_Angeles");
		Instant leap = Instant.parse("2028-02-29T20:00:00Z");
		BudgetPeriod february = BudgetPeriod.containing(leap, zone);
		assertThat(february.month()).isEqualTo(YearMonth.of(2028, 2));
		assertThat(february.dayAt(leap)).isEqualTo(LocalDate.of(2028, 2, 29));
		assertThat(february.endOfDay(leap)).isEqualTo(february.end()).isEqualTo("2028-03-01T08:00:00Z");
	}

	@Test
	void aZoneChangedInMidMonthTakesEffectWithTheNextPeriod() {
		ZoneId auckland = ZoneId.of("Pacific/Auckland");
		ZoneId angeles = ZoneId.of("America/Los_Angeles");
		BudgetPeriod november = BudgetPeriod.containing(Instant.parse("2026-11-10T00:00:00Z"), auckland);
		ZoneChange asked = november.changeTo(angeles);
		assertThat(november.at(Instant.parse("2026-11-20T00:00:00Z"), asked)).isEqualTo(november);
		BudgetPeriod between = november.at(november.end(), asked);
		assertThat(between.zone()).as("Los Angeles is still in November").isEqualTo(auckland);
		assertThat(between.month()).isEqualTo(YearMonth.of(2026, 12));
		Instant takeOver = between.changesAt(asked);
		assertThat(takeOver).isEqualTo("2026-12-01T08:00:00Z");
		BudgetPeriod december = between.at(takeOver, asked);
		assertThat(december.zone()).isEqualTo(angeles);
		assertThat(december.month()).isEqualTo(YearMonth.of(2026, 12));
		assertThat(december.start()).isEqualTo(november.end());
		assertThat(december.end()).isEqualTo("2027-01-01T08:00:00Z");
	}

	@Test
	void aDailyBudgetOfAKeyFollowsTheZone() {
		BudgetPeriod november = BudgetPeriod.containing(Instant.parse("2026-11-10T00:00:00Z"),
				ZoneId.of("Pacific/Auckland"));
		KeyBudget key = new KeyBudget(new ApiKeyId(UuidV7.next()), 100, KeyPeriod.DAY, Enforcement.HARD,
				Thresholds.DEFAULT, NanoUsd.ZERO);
		Instant now = Instant.parse("2026-11-10T12:00:00Z");
		assertThat(key.window(november, now)).isEqualTo("2026-11-11");
		assertThat(key.windowEnd(november, now)).isEqualTo("2026-11-11T11:00:00Z");
	}

}
