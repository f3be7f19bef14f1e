package dev.tallygate.pricing;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How much of each meter was used: whole numbers from 0 to {@link #LIMIT}. A meter that
 * was not reported is absent, which is not 0. Immutable.
 */
public final class Quantities {

	/** The largest believable count; larger ones are saturated to it. */
	public static final long LIMIT = 1_000_000_000L;

	/** Nothing was reported. */
	public static final Quantities NONE = new Quantities(absent(), false);

	private static final long ABSENT = -1;

	private final long[] counts;

	private final boolean saturated;

	private Quantities(long[] counts, boolean saturated) {
		this.counts = counts;
		this.saturated = saturated;
	}

	private static long[] absent() {
		long[] counts = new long[Meter.COUNT];
		Arrays.fill(counts, -1);
		return counts;
	}

	/** Counts still to be filled in. */
	public static Builder builder() {
		return new Builder(absent(), false);
	}

	/** Text in and out of which nothing more is known; null for what is not known. */
	public static Quantities of(@Nullable Long input, @Nullable Long output) {
		Builder builder = builder();
		if (input != null) {
			builder.add(Meter.INPUT, input);
		}
		if (output != null) {
			builder.add(Meter.OUTPUT, output);
		}
		return builder.build();
	}

	/**
	 * The counts written down as {@link #toMap()} does. Meters that are not known here
	 * are left out; {@link #unknown} names them.
	 */
	public static Quantities fromMap(Map<String, Long> counts) {
		Builder builder = builder();
		counts.forEach((key, count) -> {
			Meter meter = Meter.of(key);
			if (meter != null) {
				builder.add(meter, count);
			}
		});
		return builder.build();
	}

	/** Whether a name is none of a meter. */
	public static Predicate<String> unknown() {
		return (key) -> Meter.of(key) == null;
	}

	/** How much of a meter, 0 when it was not reported. */
	public long get(Meter meter) {
		return Math.max(0, this.counts[meter.index()]);
	}

	/** Whether a meter was reported, with 0 or more. */
	public boolean has(Meter meter) {
		return this.counts[meter.index()] >= 0;
	}

	/** Whether nothing was reported. */
	public boolean isEmpty() {
		for (long count : this.counts) {
			if (count >= 0) {
				return false;
			}
		}
		return true;
	}

	/** Whether a count was too large to be believed. */
	public boolean saturated() {
		return this.saturated;
	}

	/** The whole prompt, cached tokens included; null when nothing of it was reported. */
	public @Nullable Long inputTokens() {
		return sum(Meter::isInputToken);
	}

	/** The whole answer, reasoning included; null when nothing of it was reported. */
	public @Nullable Long outputTokens() {
		return sum(Meter::isOutputToken);
	}

	/** Of the prompt, read from a cache. */
	public @Nullable Long cacheReadTokens() {
		return sum(Meter::isCacheRead);
	}

	/** Of the prompt, written to a cache. */
	public @Nullable Long cacheWriteTokens() {
		return sum(Meter::isCacheWrite);
	}

	/** Of the answer, spent on reasoning. */
	public @Nullable Long reasoningTokens() {
		return has(Meter.REASONING) ? Long.valueOf(get(Meter.REASONING)) : null;
	}

	private @Nullable Long sum(Predicate<Meter> wanted) {
		long sum = 0;
		boolean any = false;
		for (int i = 0; i < Meter.COUNT; i++) {
			if (this.counts[i] >= 0 && wanted.test(Meter.at(i))) {
				sum += this.counts[i];
				any = true;
			}
		}
		return any ? Long.valueOf(Math.min(sum, LIMIT)) : null;
	}

	/** The length of the prompt for the thresholds of a price. */
	long prompt() {
		long sum = 0;
		for (int i = 0; i <= Meter.VIDEO_INPUT.index(); i++) {
			sum += Math.max(0, this.counts[i]);
		}
		return sum;
	}

	/** Both together. */
	public Quantities plus(Quantities other) {
		Builder builder = toBuilder();
		for (int i = 0; i < Meter.COUNT; i++) {
			if (other.counts[i] >= 0) {
				builder.add(Meter.at(i), other.counts[i]);
			}
		}
		builder.saturated |= other.saturated;
		return builder.build();
	}

	/** A copy to be changed. */
	public Builder toBuilder() {
		return new Builder(this.counts.clone(), this.saturated);
	}

	/** What is more than 0, by the meters' names and in their order. */
	public Map<String, Long> toMap() {
		Map<String, Long> map = new LinkedHashMap<>();
		for (int i = 0; i < Meter.COUNT; i++) {
			if (this.counts[i] > 0) {
				map.put(Meter.at(i).key(), this.counts[i]);
			}
		}
		return map;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Quantities that && Arrays.equals(this.counts, that.counts)
				&& this.saturated == that.saturated;
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.counts);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("{");
		for (int i = 0; i < Meter.COUNT; i++) {
			if (this.counts[i] >= 0) {
				text.append((text.length() > 1) ? ", " : "")
					.append(Meter.at(i).key())
					.append('=')
					.append(this.counts[i]);
			}
		}
		return text.append(this.saturated ? "} saturated" : "}").toString();
	}

	/** Fills counts in. */
	public static final class Builder {

		private final long[] counts;

		private boolean saturated;

		private Builder(long[] counts, boolean saturated) {
			this.counts = counts;
			this.saturated = saturated;
		}

		/** Adds to a meter, which is reported from then on. Less than 0 adds 0. */
		public Builder add(Meter meter, long count) {
			int i = meter.index();
			long sum = Math.max(0, this.counts[i]) + Math.clamp(count, 0, LIMIT);
			this.saturated |= count > LIMIT || sum > LIMIT;
			this.counts[i] = Math.min(sum, LIMIT);
			return this;
		}

		/** Sets a meter. */
		public Builder set(Meter meter, long count) {
			this.counts[meter.index()] = ABSENT;
			return add(meter, count);
		}

		/** Moves all of a meter to another. */
		Builder merge(Meter from, Meter into) {
			long count = this.counts[from.index()];
			if (count >= 0) {
				this.counts[from.index()] = ABSENT;
				add(into, count);
			}
			return this;
		}

		/** A count could not be believed. */
		public Builder saturated() {
			this.saturated = true;
			return this;
		}

		/** The counts. */
		public Quantities build() {
			return new Quantities(this.counts.clone(), this.saturated);
		}

	}

}
