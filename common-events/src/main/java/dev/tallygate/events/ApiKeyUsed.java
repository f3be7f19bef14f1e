package dev.tallygate.events;

import java.time.Instant;

/**
 * An API key was presented to a gateway: told soon after the first use, then once a
 * minute while it goes on. Nothing depends on each of them; the latest counts.
 *
 * @param keyId the key; also the record key on the topic
 * @param userId its owner
 * @param lastUsedAt when it was presented last
 */
public record ApiKeyUsed(ApiKeyId keyId, UserId userId, Instant lastUsedAt) implements EventData {

}
