package dev.tallygate.gateway.access;

import java.time.Duration;

/**
 * Releases provider keys.
 */
@FunctionalInterface
public interface RevealSource {

	/** Asks for the key that the bearer of {@code token} may use with a provider. */
	Answer reveal(String token, String provider);

	/**
	 * What came of a wish for a key.
	 *
	 * @param reveal the outcome
	 * @param life how long it may be believed; zero when nobody said
	 */
	record Answer(Reveal reveal, Duration life) {

		static Answer of(Reveal reveal) {
			return new Answer(reveal, Duration.ZERO);
		}

	}

}
