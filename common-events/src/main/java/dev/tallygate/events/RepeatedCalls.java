package dev.tallygate.events;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A gateway saw the same prompt from one key again and again and stopped it. It has no
 * sequence number: nothing was relayed.
 *
 * @param userId whose calls
 * @param apiKeyId the key they came with; null for a caller with a JWT
 * @param count how often within a minute, the refused ones included
 * @param day the day in the budget's time zone
 * @param seenAt when
 */
public record RepeatedCalls(UserId userId, @Nullable ApiKeyId apiKeyId, int count, LocalDate day,
		Instant seenAt) implements UsageEvent {

}
