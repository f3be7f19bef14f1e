package dev.tallygate.pricing;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.pricing.Usage.Iteration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a call is priced by: the row of the model that was called, as of its opening, and
 * the table it is from, where the other models are found that may have answered. A call
 * stays with it, whatever table comes into force meanwhile.
 */
public final class CallPrice {

	private final PriceRow row;

	private final String provider;

	private final @Nullable PriceTable table;

	private CallPrice(PriceRow row, String provider, @Nullable PriceTable table) {
		this.row = row;
		this.provider = provider;
		this.table = table;
	}

	/** The price of a model at a time; null when it has none. */
	public static @Nullable CallPrice find(PriceTable table, String provider, String model, Instant at) {
		PriceRow row = table.find(provider, model, at);
		return (row != null) ? new CallPrice(row, provider, table) : null;
	}

	/** A row without a table around it. */
	public static CallPrice of(PriceRow row) {
		return new CallPrice(row, row.provider(), null);
	}

	/** The row of the model that was called. */
	public PriceRow row() {
		return this.row;
	}

	/** Whether nothing that a call can use costs anything. */
	public boolean isFree() {
		return this.row.isFree();
	}

	/**
	 * What a usage costs, by the model that answered where it has a price of its own.
	 * @param model the model that was called
	 * @param at when the call opened
	 */
	public RatedUsage rate(Usage usage, String model, Instant at) {
		PriceRow served = served(usage, model, at);
		return (served == null) ? this.row.rate(usage, at, (name) -> other(name, at))
				: Rating.of(served, usage, at, (name) -> other(name, at), usage.served().model());
	}

	private @Nullable PriceRow served(Usage usage, String model, Instant at) {
		String name = usage.served().model();
		if (name == null || name.equals(model) || this.table == null || !this.table.knows(this.provider, name)
				|| hasSteppedIn(name, usage)) {
			return null;
		}
		PriceRow other = this.table.find(this.provider, name, at);
		return (other == null || other.samePrices(this.row)) ? null : other;
	}

	/**
	 * Whether a model answered only after the one that was called had declined: then what
	 * names no model is of the one that was called.
	 */
	private static boolean hasSteppedIn(String model, Usage usage) {
		return usage.iterations()
			.stream()
			.anyMatch((run) -> Iteration.FALLBACK.equals(run.type()) && model.equals(run.model()));
	}

	private @Nullable PriceRow other(String name, Instant at) {
		if (this.table == null || !this.table.knows(this.provider, name)) {
			return null;
		}
		return this.table.find(this.provider, name, at);
	}

	/** The most that a call can cost which reaches no further than {@code reach}. */
	public NanoUsd worstCase(Reach reach, long inputTokens, long outputTokens) {
		return this.row.worstCase(reach, inputTokens, outputTokens);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof CallPrice that && this.row.equals(that.row);
	}

	@Override
	public int hashCode() {
		return this.row.hashCode();
	}

	@Override
	public String toString() {
		return this.row.toString();
	}

}
