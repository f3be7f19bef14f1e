package dev.tallygate.keys.provider;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * In what a provider's usage differs from its dialect's.
 */
public enum UsageQuirk {

	/** What the model thought is not part of the count of what it wrote. */
	@JsonProperty("reasoning-outside")
	REASONING_OUTSIDE,
	/** What was read from a cache is not part of the count of what was sent. */
	@JsonProperty("cache-outside")
	CACHE_OUTSIDE,
	/** It must not be asked for usage in a stream: it refuses {@code stream_options}. */
	@JsonProperty("no-stream-options")
	NO_STREAM_OPTIONS

}
