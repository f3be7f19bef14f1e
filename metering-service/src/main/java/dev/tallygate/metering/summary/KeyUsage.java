package dev.tallygate.metering.summary;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What each of a user's keys was used for in this billing cycle.
 *
 * @param data unrevoked keys, newest first
 * @param requestId this request's id, to ask about it
 */
record KeyUsage(List<Key> data, String requestId) {

	static KeyUsage of(List<ApiKeyEvent> keys, List<KeySums> sums, String requestId) {
		Map<UUID, KeySums> byKey = sums.stream().collect(Collectors.toMap(KeySums::apiKeyId, Function.identity()));
		return new KeyUsage(keys.stream().map((key) -> Key.of(key, byKey.get(key.keyId().value()))).toList(),
				requestId);
	}

	/**
	 * One key.
	 *
	 * @param lastUsedAt when a call with it last began, in whatever cycle; null for never
	 * @param creditsUsed whole credits (US cents) spent on system keys
	 */
	record Key(ApiKeyId id, String name, String keyPrefix, KeyType keyType, Instant createdAt,
			@Nullable Instant lastUsedAt, long requestCount, long unpricedRequests, long partlyPricedRequests,
			NanoUsd costNanos, String costUsd, long creditsUsed) {

		static Key of(ApiKeyEvent key, @Nullable KeySums used) {
			KeySums sums = (used != null) ? used : new KeySums(key.keyId().value(), 0, 0, 0, 0, 0, null);
			NanoUsd cost = new NanoUsd(sums.costNanos());
			return new Key(key.keyId(), key.name(), key.keyPrefix(), key.keyType(), key.createdAt(), sums.lastUsedAt(),
					sums.requestCount(), sums.unpricedRequests(), sums.partlyPricedRequests(), cost, cost.toUsd(),
					Math.floorDiv(sums.systemCostNanos(), NanoUsd.PER_CENT));
		}

	}

	/** Aggregates of one key. */
	record KeySums(UUID apiKeyId, long requestCount, long unpricedRequests, long partlyPricedRequests, long costNanos,
			long systemCostNanos, @Nullable Instant lastUsedAt) {

	}

}
