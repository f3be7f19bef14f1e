package dev.tallygate.pricing;

/**
 * A length of the prompt from which other prices hold for the whole call.
 *
 * @param tokens the length, cached tokens included
 * @param inclusive whether a prompt of just this length is past it
 */
public record Threshold(long tokens, boolean inclusive) {

	public Threshold {
		if (tokens < 1 || tokens > Quantities.LIMIT) {
			throw new IllegalArgumentException("a threshold must be 1 to " + Quantities.LIMIT + " tokens: " + tokens);
		}
	}

	/** Whether a prompt of so many tokens is past it. */
	boolean isPassedBy(long prompt) {
		return this.inclusive ? prompt >= this.tokens : prompt > this.tokens;
	}

	/** As in {@code >272000}. */
	@Override
	public String toString() {
		return (this.inclusive ? ">=" : ">") + this.tokens;
	}

}
