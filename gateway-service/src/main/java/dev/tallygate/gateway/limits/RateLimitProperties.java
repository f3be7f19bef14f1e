package dev.tallygate.gateway.limits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much a minute may be called. 0 is no limit.
 *
 * @param user of all keys of a user together
 * @param key of each key
 * @param maxBuckets how many users and keys are remembered
 */
@ConfigurationProperties("tallygate.rate-limits")
public record RateLimitProperties(@DefaultValue PerMinute user, @DefaultValue PerMinute key,
		@DefaultValue("100000") int maxBuckets) {

	/**
	 * What may be asked for in a minute.
	 *
	 * @param requests how many calls; counting tokens is one, and so is reading a
	 * response that is kept
	 * @param tokens how many tokens, in and out
	 */
	public record PerMinute(@DefaultValue("0") long requests, @DefaultValue("0") long tokens) {

	}

}
