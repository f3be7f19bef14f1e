package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.UuidV7;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TallyTests {

	private static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	private static final ApiKeyId OTHER = new ApiKeyId(UuidV7.next());

	private static final LocalDate DAY = LocalDate.of(2026, 11, 21);

	private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");

	private final Tally tally = new Tally();

	@Test
	void sumsByWhatAnAmountCountsAgainst() {
		this.tally.add(kind(DAY, AT, Credential.SYSTEM, KEY), 1);
		this.tally.add(kind(DAY, AT, Credential.USER, KEY), 10);
		this.tally.add(kind(DAY.plusDays(1), AT, Credential.SYSTEM, null), 100);
		this.tally.add(kind(DAY.plusMonths(1), AT.plusSeconds(86_400 * 30), Credential.SYSTEM, OTHER), 1000);
		this.tally.add(kind(DAY.plusYears(1), AT, Credential.SYSTEM, KEY), 10_000);

		assertThat(this.tally.total()).isEqualTo(11_111);
		assertThat(this.tally.system()).isEqualTo(11_101);
		assertThat(this.tally.in(YearMonth.of(2026, 11))).isEqualTo(111);
		assertThat(this.tally.in(YearMonth.of(2026, 12))).isEqualTo(1000);
		assertThat(this.tally.in(YearMonth.of(2027, 11))).as("of the same name a year on").isEqualTo(10_000);
		assertThat(this.tally.credits(AT)).as("by the day in UTC").isEqualTo(11_101);
		assertThat(this.tally.credits(AT.plusSeconds(86_400))).isEqualTo(1000);
		assertThat(this.tally.of(KEY)).isEqualTo(10_011);
		assertThat(this.tally.of(KEY, YearMonth.of(2026, 11))).isEqualTo(11);
		assertThat(this.tally.of(KEY, DAY)).isEqualTo(11);
		assertThat(this.tally.of(KEY, DAY.plusDays(1))).isZero();
		assertThat(this.tally.of(OTHER)).isEqualTo(1000);
		assertThat(this.tally.of(new ApiKeyId(UuidV7.next()), DAY)).isZero();
	}

	@Test
	void isEmptyWhenAllIsTakenAwayAgain() {
		Random random = new Random(7);
		List<Kind> kinds = new ArrayList<>();
		List<Long> amounts = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			kinds.add(kind(DAY.plusDays(random.nextInt(3)), AT.plusSeconds(43_200L * random.nextInt(4)),
					random.nextBoolean() ? Credential.SYSTEM : Credential.USER, random.nextBoolean() ? KEY : null));
			amounts.add((long) random.nextInt(50));
			this.tally.add(kinds.getLast(), amounts.getLast());
		}
		assertThat(this.tally.isEmpty()).isFalse();
		assertThat(this.tally.total()).isEqualTo(amounts.stream().mapToLong(Long::longValue).sum());
		for (int i = 0; i < 200; i++) {
			this.tally.add(kinds.get(i), -amounts.get(i));
		}
		assertThat(this.tally.isEmpty()).isTrue();
		assertThat(this.tally.total()).isZero();
		assertThat(this.tally.of(KEY)).isZero();
	}

	@Test
	void nothingIsNoAmount() {
		this.tally.add(kind(DAY, AT, Credential.SYSTEM, KEY), 0);
		assertThat(this.tally.isEmpty()).isTrue();
	}

	private static Kind kind(LocalDate day, Instant at, Credential credential, @Nullable ApiKeyId key) {
		return Kind.of(day, at, credential, key);
	}

}
