package dev.tallygate.messaging;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventData;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which decoded usage events are acceptable. Shared, so that the ledger and the budgets
 * accept the same events; judged against the record's time and not the reader's clock, so
 * that a replay judges as the first reading did.
 */
final class UsageRules {

	/** How far an event's id may lie ahead. */
	static final Duration AHEAD = Duration.ofHours(1);

	/** Far above any real call: 10 million dollars. */
	static final long MAX_COST_NANOS = 10_000_000_000_000_000L;

	/** What a gateway saturates at. */
	static final long MAX_TOKENS = 1_000_000_000L;

	/** Of one meter, of whatever unit. */
	static final long MAX_QUANTITY = 1_000_000_000_000_000_000L;

	private static final int MAX_TEXT = 512;

	private static final int MAX_ENTRIES = 64;

	private UsageRules() {
	}

	/**
	 * Why the event is not acceptable, in words that are safe to log, or null when it is.
	 */
	static @Nullable String reject(CloudEvent<?> event, Instant recordedAt) {
		EventData data = event.data();
		if (event.source().length() > MAX_TEXT || hasNul(event.source())) {
			return "source is too long or holds a NUL";
		}
		if (data instanceof UsageSettled settled) {
			return firstOf(identity(event.id(), settled.callId().value()), notAhead(event.id(), recordedAt),
					notOld(event.id(), recordedAt), sequence(event.seq()), texts(settled), tags(settled.tags()),
					quantities(settled.quantities()), tokens(settled), cost(settled.costNanos()),
					calendar(event.id(), settled.period(), settled.day()));
		}
		if (data instanceof UsageAdjusted adjusted) {
			// A correction may come years after its call.
			return firstOf(identity(event.id(), UsageAdjusted.idOf(adjusted.callId(), adjusted.job())),
					notAhead(event.id(), recordedAt), texts(adjusted), delta(adjusted.deltaNanos()),
					calendar(event.id(), adjusted.period(), adjusted.day()));
		}
		return null;
	}

	private static @Nullable String firstOf(@Nullable String... reasons) {
		for (String reason : reasons) {
			if (reason != null) {
				return reason;
			}
		}
		return null;
	}

	private static @Nullable String identity(UUID id, UUID expected) {
		if (!UuidV7.isVersion7(id)) {
			return "event id is no UUIDv7";
		}
		return id.equals(expected) ? null : "event id does not follow from the call";
	}

	private static @Nullable String notOld(UUID id, Instant recordedAt) {
		return UuidV7.timeOf(id).isBefore(recordedAt.minus(CallWindow.BACK))
				? "event id is older than " + CallWindow.BACK.toDays() + " days" : null;
	}

	private static @Nullable String notAhead(UUID id, Instant recordedAt) {
		return UuidV7.timeOf(id).isAfter(recordedAt.plus(AHEAD)) ? "event id is more than 1 hour ahead" : null;
	}

	private static @Nullable String sequence(@Nullable Long seq) {
		return (seq != null && seq < 1) ? "seq is not positive" : null;
	}

	private static @Nullable String texts(UsageSettled settled) {
		return firstOf(text("provider", settled.provider()), text("model", settled.model()),
				text("requestModel", settled.requestModel()), text("conversationId", settled.conversationId()),
				text("priceVersion", settled.priceVersion()));
	}

	private static @Nullable String texts(UsageAdjusted adjusted) {
		return firstOf(text("provider", adjusted.provider()), text("model", adjusted.model()),
				text("reason", adjusted.reason()), text("priceVersion", adjusted.priceVersion()));
	}

	private static @Nullable String text(String name, @Nullable String value) {
		if (value == null) {
			return null;
		}
		return (value.length() > MAX_TEXT || hasNul(value)) ? name + " is too long or holds a NUL" : null;
	}

	private static @Nullable String tags(@Nullable Map<String, String> tags) {
		if (tags == null) {
			return null;
		}
		if (tags.size() > MAX_ENTRIES) {
			return "tags are too many";
		}
		return tags.entrySet()
			.stream()
			.map((tag) -> firstOf(text("tags", tag.getKey()), text("tags", tag.getValue())))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private static @Nullable String quantities(@Nullable Map<String, Long> quantities) {
		if (quantities == null) {
			return null;
		}
		if (quantities.size() > MAX_ENTRIES) {
			return "quantities are too many";
		}
		return quantities.entrySet()
			.stream()
			.map((each) -> (each.getValue() < 0 || each.getValue() > MAX_QUANTITY) ? "quantities are out of range"
					: text("quantities", each.getKey()))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private static boolean hasNul(String value) {
		return value.indexOf('\0') >= 0;
	}

	private static @Nullable String tokens(UsageSettled settled) {
		return firstOf(tokens("inputTokens", settled.inputTokens()),
				tokens("cacheReadInputTokens", settled.cacheReadInputTokens()),
				tokens("cacheWriteInputTokens", settled.cacheWriteInputTokens()),
				tokens("outputTokens", settled.outputTokens()),
				tokens("reasoningOutputTokens", settled.reasoningOutputTokens()));
	}

	private static @Nullable String tokens(String name, @Nullable Long count) {
		return (count != null && (count < 0 || count > MAX_TOKENS)) ? name + " is out of range" : null;
	}

	private static @Nullable String cost(@Nullable NanoUsd cost) {
		return (cost != null && (cost.value() < 0 || cost.value() > MAX_COST_NANOS)) ? "costNanos is out of range"
				: null;
	}

	private static @Nullable String delta(NanoUsd delta) {
		return (delta.value() < -MAX_COST_NANOS || delta.value() > MAX_COST_NANOS) ? "deltaNanos is out of range"
				: null;
	}

	/** The day is the call's own, in whatever time zone. */
	private static @Nullable String calendar(UUID id, YearMonth period, LocalDate day) {
		if (!YearMonth.from(day).equals(period)) {
			return "day is not in period";
		}
		LocalDate utc = LocalDate.ofInstant(UuidV7.timeOf(id), ZoneOffset.UTC);
		return (Math.abs(ChronoUnit.DAYS.between(utc, day)) > 2) ? "day is not the day of the call" : null;
	}

}
