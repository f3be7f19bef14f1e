package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UsageRulesTests {

	private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

	@Test
	void takesACorrectionOfWhateverAge() {
		assertThat(UsageRules.reject(correction(NOW.minus(Duration.ofDays(400))), NOW)).isNull();
		assertThat(UsageRules.reject(correction(NOW.plus(Duration.ofHours(2))), NOW)).contains("1 hour ahead");
	}

	@Test
	void takesACallOfTheLast45DaysOnly() {
		assertThat(UsageRules.reject(call(NOW.minus(Duration.ofDays(44)), null, null), NOW)).isNull();
		assertThat(UsageRules.reject(call(NOW.minus(Duration.ofDays(46)), null, null), NOW)).contains("older than 45");
		assertThat(UsageRules.reject(call(NOW.plus(Duration.ofHours(2)), null, null), NOW)).contains("1 hour ahead");
	}

	@Test
	void boundsTagsAndQuantities() {
		assertThat(UsageRules.reject(call(NOW, Map.of("team", "research"), Map.of("input", 5L)), NOW)).isNull();
		assertThat(UsageRules.reject(call(NOW, Map.of("team", "a\0b"), null), NOW)).contains("tags");
		assertThat(UsageRules.reject(call(NOW, Map.of("x".repeat(513), ""), null), NOW)).contains("tags");
		assertThat(UsageRules.reject(call(NOW, null, Map.of("input", -1L)), NOW)).contains("quantities");
		assertThat(UsageRules.reject(call(NOW, null, Map.of("input", Long.MAX_VALUE)), NOW)).contains("quantities");
	}

	@Test
	void takesWhatIsJustWithinTheBoundsAndNothingBeyond() {
		assertThat(UsageRules.reject(call(NOW.minus(CallWindow.BACK), null, null), NOW)).isNull();
		assertThat(UsageRules.reject(call(NOW.minus(CallWindow.BACK).minusMillis(1), null, null), NOW))
			.contains("older than 45");
		assertThat(UsageRules.reject(call(NOW.plus(UsageRules.AHEAD), null, null), NOW)).isNull();
		assertThat(UsageRules.reject(call(NOW.plus(UsageRules.AHEAD).plusMillis(1), null, null), NOW))
			.contains("1 hour ahead");
		assertThat(UsageRules.reject(call(NOW, Map.of("x".repeat(512), "y".repeat(512)), null), NOW)).isNull();
		assertThat(UsageRules.reject(call(NOW, null, Map.of("input", UsageRules.MAX_QUANTITY)), NOW)).isNull();
		assertThat(UsageRules.reject(call(NOW, null, Map.of("input", UsageRules.MAX_QUANTITY + 1)), NOW))
			.contains("quantities");
		assertThat(UsageRules.reject(call(NOW, many(64), counts(64)), NOW)).isNull();
		assertThat(UsageRules.reject(call(NOW, many(65), null), NOW)).contains("too many");
		assertThat(UsageRules.reject(call(NOW, null, counts(65)), NOW)).contains("too many");
	}

	private static Map<String, String> many(int count) {
		return IntStream.range(0, count).boxed().collect(Collectors.toMap((i) -> "tag" + i, String::valueOf));
	}

	private static Map<String, Long> counts(int count) {
		return IntStream.range(0, count).boxed().collect(Collectors.toMap((i) -> "meter" + i, Long::valueOf));
	}

	private static CloudEvent<?> correction(Instant openedAt) {
		CallId call = idAt(openedAt);
		UUID job = UuidV7.next();
		LocalDate day = LocalDate.ofInstant(openedAt, ZoneOffset.UTC);
		return CloudEvent.of(UsageAdjusted.idOf(call, job), "/metering", NOW,
				new UsageAdjusted(call, new UserId(UuidV7.next()), job, "price corrected", new NanoUsd(1), "v", null,
						null, null, "openai", "gpt-4o", Credential.SYSTEM, YearMonth.from(day), day));
	}

	private static CloudEvent<?> call(Instant openedAt, @Nullable Map<String, String> tags,
			@Nullable Map<String, Long> quantities) {
		CallId call = idAt(openedAt);
		LocalDate day = LocalDate.ofInstant(openedAt, ZoneOffset.UTC);
		return new CloudEvent<>(call.value(), "/gateway/a/1", openedAt, 1L,
				new UsageSettled(call, new UserId(UuidV7.next()), null, null, null, null, "openai", "gpt-4o", "gpt-4o",
						UsageSettled.Operation.CHAT, false, Credential.SYSTEM, UsageSettled.Status.COMPLETED,
						UsageSettled.UsageSource.PROVIDER, 1L, null, null, 1L, null, new NanoUsd(1), true, "v",
						openedAt, openedAt, YearMonth.from(day), day, 1L, 1, 200, tags, quantities, null, null, null,
						null));
	}

	private static CallId idAt(Instant time) {
		UUID now = UuidV7.next();
		return new CallId(new UUID((time.toEpochMilli() << 16) | (now.getMostSignificantBits() & 0xFFFFL),
				now.getLeastSignificantBits()));
	}

}
