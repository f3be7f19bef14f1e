package dev.tallygate.simulator.call;

/**
 * What a marked prompt reads from the cache and writes to it, in tokens.
 *
 * @param read found there
 * @param written put there for five minutes
 * @param writtenForAnHour put there for an hour
 */
public record CacheUse(int read, int written, int writtenForAnHour) {

	public static final CacheUse NONE = new CacheUse(0, 0, 0);

}
