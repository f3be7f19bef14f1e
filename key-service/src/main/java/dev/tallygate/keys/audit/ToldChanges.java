package dev.tallygate.keys.audit;

import java.time.Instant;
import java.util.UUID;

/**
 * A feature that goes by what another service has decided. Told in the transaction that
 * writes it down and before that holds its chain; maybe more than once, and maybe in
 * another order than it was decided in.
 */
public interface ToldChanges {

	/**
	 * Takes note of a change to a key.
	 * @param service who tells
	 * @param action what was done
	 * @param key to which
	 * @param at when it was decided
	 */
	void told(String service, String action, UUID key, Instant at);

}
