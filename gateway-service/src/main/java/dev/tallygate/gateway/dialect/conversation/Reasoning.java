package dev.tallygate.gateway.dialect.conversation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long the model is to think before it answers.
 *
 * @param effort in words; null where only a budget was given
 * @param budget in tokens; null where only an effort was given
 * @param at the member of the request that asked for it
 */
record Reasoning(@Nullable Effort effort, @Nullable Long budget, String at) {

	/** An effort by the name both wires have for it. */
	enum Effort {

		/** Not at all. */
		NONE(0),
		/** Hardly. */
		MINIMAL(0),
		/** A little. */
		LOW(2_048),
		/** Some. */
		MEDIUM(8_192),
		/** A lot. */
		HIGH(16_384),
		/** More than a lot. */
		XHIGH(24_576),
		/** As much as it can. */
		MAX(32_768);

		private final long budget;

		Effort(long budget) {
			this.budget = budget;
		}

		static @Nullable Effort named(String name) {
			for (Effort effort : values()) {
				if (effort.wireName().equals(name)) {
					return effort;
				}
			}
			return null;
		}

		String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

		/** The tokens of thought that stand for it. */
		long budget() {
			return this.budget;
		}

	}

	/** Whether the model is to think at all. */
	boolean on() {
		return (this.budget != null) ? this.budget > 0 : this.effort != null && this.effort.budget() > 0;
	}

	/** In tokens. */
	long tokens() {
		if (this.budget != null) {
			return this.budget;
		}
		return (this.effort != null) ? this.effort.budget() : 0;
	}

	/** In words. */
	Effort inWords() {
		if (this.effort != null) {
			return this.effort;
		}
		long tokens = tokens();
		if (tokens <= 0) {
			return Effort.NONE;
		}
		if (tokens <= Effort.LOW.budget()) {
			return Effort.LOW;
		}
		return (tokens <= Effort.MEDIUM.budget()) ? Effort.MEDIUM : Effort.HIGH;
	}

}
