package dev.tallygate.gateway.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * What a user's calls of each model put out of late. Guarded by the account's lock.
 */
final class MeanOutput {

	private static final int MAX_MODELS = 64;

	private static final int FRACTIONS = 16;

	/** The weight of the latest call is one in so many. */
	private static final int MEMORY = 8;

	private final long growStep;

	/** By model, in 1/{@value #FRACTIONS} tokens. */
	private final Map<String, Long> means = new HashMap<>();

	/**
	 * Nothing known yet.
	 * @param growStep how many tokens a growing call takes at a time at least
	 */
	MeanOutput(long growStep) {
		this.growStep = growStep;
	}

	/** A call of the model has put out so many tokens. */
	void learn(String model, long tokens) {
		if (this.means.size() < MAX_MODELS || this.means.containsKey(model)) {
			this.means.merge(model, tokens * FRACTIONS, (mean, latest) -> mean + (latest - mean) / MEMORY);
		}
	}

	/**
	 * The mean, in tokens. Of a model never called before it is taken for what a growing
	 * call begins with: were it nothing, any number of first calls would fit at once.
	 */
	long of(Wish wish) {
		Long known = this.means.get(wish.target());
		return (known != null) ? known / FRACTIONS : this.growStep;
	}

	/** How many output tokens of a choice a growing call takes at a time. */
	long step(Wish wish) {
		return Math.max(this.growStep, of(wish));
	}

}
