package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class BudgetPeriodTests {

	private static final ZoneId UTC = ZoneId.of("UTC");

	private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

	private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

	@Test
	void isTheMonthOfTheZone() {
		BudgetPeriod period = BudgetPeriod.containing(Instant.parse("2026-12-01T03:00:00Z"), NEW_YORK);
		assertThat(period.month()).isEqualTo(YearMonth.of(2026, 11));
		assertThat(period.start()).isEqualTo("2026-11-01T04:00:00Z");
		assertThat(period.end()).isEqualTo("2026-12-01T05:00:00Z");
	}

	@Test
	void isAnHourLongerOrShorterWhenTheClocksChange() {
		BudgetPeriod march = BudgetPeriod.containing(Instant.parse("2026-03-15T00:00:00Z"), ZoneId.of("Europe/Berlin"));
		assertThat(Duration.between(march.start(), march.end())).isEqualTo(Duration.ofHours(31 * 24 - 1));
		BudgetPeriod october = BudgetPeriod.containing(Instant.parse("2026-10-15T00:00:00Z"),
				ZoneId.of("Europe/Berlin"));
		assertThat(Duration.between(october.start(), october.end())).isEqualTo(Duration.ofHours(31 * 24 + 1));
	}

	@Test
	void startsAfterTheGapWhereMidnightDoesNotExist() {
		// Asunción set its clocks forward at midnight of the 1st of October 2023.
		BudgetPeriod period = BudgetPeriod.containing(Instant.parse("2023-10-15T00:00:00Z"),
				ZoneId.of("America/Asuncion"));
		assertThat(period.start()).isEqualTo("2023-10-01T04:00:00Z");
	}

	@Test
	void rollsFromDecemberToJanuary() {
		BudgetPeriod december = BudgetPeriod.containing(Instant.parse("2026-12-31T23:59:59.999Z"), UTC);
		BudgetPeriod january = december.at(december.end(), null);
		assertThat(january.month()).isEqualTo(YearMonth.of(2027, 1));
		assertThat(january.start()).isEqualTo(december.end()).isEqualTo("2027-01-01T00:00:00Z");
	}

	@Test
	void catchesUpAfterMonthsOfSilence() {
		BudgetPeriod period = BudgetPeriod.containing(Instant.parse("2026-01-05T00:00:00Z"), TOKYO);
		BudgetPeriod later = period.at(Instant.parse("2026-11-21T00:00:00Z"), null);
		assertThat(later).isEqualTo(BudgetPeriod.containing(Instant.parse("2026-11-21T00:00:00Z"), TOKYO));
	}

	@Test
	void aChangedZoneLeavesTheCurrentPeriodAlone() {
		BudgetPeriod november = BudgetPeriod.containing(Instant.parse("2026-11-01T00:00:00Z"), UTC);
		ZoneChange change = november.changeTo(TOKYO);
		assertThat(november.at(Instant.parse("2026-11-30T23:59:59Z"), change)).isEqualTo(november);
		assertThat(november.changesAt(change)).isEqualTo(november.end());
	}

	@Test
	void aZoneFurtherEastTakesOverWithTheNextPeriod() {
		BudgetPeriod november = BudgetPeriod.containing(Instant.parse("2026-11-20T00:00:00Z"), UTC);
		BudgetPeriod december = november.at(november.end(), november.changeTo(TOKYO));
		assertThat(december.zone()).isEqualTo(TOKYO);
		assertThat(december.start()).isEqualTo(november.end());
		assertThat(december.end()).isEqualTo("2026-12-31T15:00:00Z");
	}

	@Test
	void aZoneFurtherWestTakesOverWhenItsOwnMonthBegins() {
		BudgetPeriod november = BudgetPeriod.containing(Instant.parse("2026-11-20T00:00:00Z"), UTC);
		ZoneChange change = november.changeTo(NEW_YORK);
		BudgetPeriod before = november.at(Instant.parse("2026-12-01T04:59:59Z"), change);
		assertThat(before.month()).isEqualTo(YearMonth.of(2026, 12));
		assertThat(before.zone()).isEqualTo(UTC);
		assertThat(before.changesAt(change)).isEqualTo("2026-12-01T05:00:00Z");
		BudgetPeriod after = before.at(Instant.parse("2026-12-01T05:00:00Z"), change);
		assertThat(after.zone()).isEqualTo(NEW_YORK);
		assertThat(after.month()).isEqualTo(before.month());
		assertThat(after.start()).isEqualTo(november.end());
		assertThat(after.end()).isEqualTo("2027-01-01T05:00:00Z");
	}

	@Test
	void changingBackUndoesTheChange() {
		BudgetPeriod november = BudgetPeriod.containing(Instant.parse("2026-11-20T00:00:00Z"), UTC);
		assertThat(november.changeTo(UTC)).isNull();
	}

	@Test
	void followsWithoutGapOrOverlapInEveryZone() {
		for (String id : ZoneId.getAvailableZoneIds()) {
			BudgetPeriod period = BudgetPeriod.containing(Instant.parse("2025-12-15T00:00:00Z"), ZoneId.of(id));
			for (int month = 0; month < 26; month++) {
				BudgetPeriod next = period.at(period.end(), null);
				assertThat(next.start()).as(id).isEqualTo(period.end());
				assertThat(next.month()).as(id).isEqualTo(period.month().plusMonths(1));
				assertThat(period.at(period.end().minusNanos(1), null)).as(id).isEqualTo(period);
				period = next;
			}
		}
	}

}
