package dev.tallygate.budgets.account;

import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.NanoUsd;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one hard limit is lent to gateways. A line is what one source may have spent beyond
 * what is counted of it. The invariant: counted + Σ lines ≤ limit, where a registered
 * source without a line of its own counts with the slice that it may use unasked. No
 * clock takes part: a line shrinks by counting, or because its source said so.
 *
 * @param period what the limit is for now: a month, a day, the start of a cycle
 * @param slice what every registered source without a line may use, in nano-USD
 * @param recalled what such a source may still believe to have, in nano-USD
 * @param madeAt the version of the account at which this began
 * @param slicedFor sources registered later were not thought of when the slice was
 * offered
 * @param wanted whether somebody could not get what it asked for, or more is lent than is
 * left
 * @param of the lines by source
 */
public record Lending(String period, long slice, long recalled, long madeAt, long slicedFor, boolean wanted,
		Map<String, Line> of) {

	/** All slices together are this part of the limit. */
	private static final long SLICED_PART = 8;

	/** Smaller slices are not worth having: 1 cent. */
	private static final long LEAST_SLICE = NanoUsd.PER_CENT;

	/** There are slices while more than this part of the limit is left besides. */
	private static final long KEPT_PART = 8;

	public Lending {
		of = Map.copyOf(of);
	}

	/**
	 * A line of one source, and the latest request about it that was decided.
	 *
	 * @param nanos what is left of it, in nano-USD
	 * @param session of the source's process that asked
	 * @param ask the request's number in that session
	 */
	public record Line(long nanos, long session, long ask) {

		boolean isBefore(Ask other) {
			return this.session < other.session() || (this.session == other.session() && this.ask < other.number());
		}

	}

	/**
	 * What a source asks for.
	 *
	 * @param source which
	 * @param session of its process
	 * @param number grows within the session
	 * @param seen the newest version of the account that it knows
	 * @param line the whole line it wants, in nano-USD
	 */
	public record Ask(String source, long session, long number, long seen, long line) {

	}

	/**
	 * Nothing is lent.
	 * @param version the account's
	 */
	public static Lending none(String period, long version) {
		return new Lending(period, 0, 0, version, 0, false, Map.of());
	}

	/**
	 * The same after a call of {@code source} was counted.
	 */
	Lending counted(String source, long cost) {
		Line line = this.of.get(source);
		if (line == null || cost <= 0) {
			return this;
		}
		return with(source, new Line(Math.max(0, line.nanos() - cost), line.session(), line.ask()));
	}

	/**
	 * The same in this period, without the lines of sources that are gone, and with
	 * slices while the limit is far.
	 * @param now the period
	 * @param limit the limit, in nano-USD
	 * @param left what of it is not counted as spent, in nano-USD
	 * @param version the account's
	 */
	Lending at(String now, long limit, long left, long version, Sources sources) {
		if (!now.equals(this.period)) {
			return none(now, version).at(now, limit, left, version, sources);
		}
		Lending current = without(sources);
		boolean fresh = current.slice == 0 && current.recalled == 0 && current.of.isEmpty();
		long size = fresh ? limit / (SLICED_PART * Math.max(1, sources.count())) : current.slice;
		long inLines = current.of.values().stream().mapToLong(Line::nanos).sum();
		// What is counted in one batch can be as much as all slices together.
		long needed = Math.addExact(limit / KEPT_PART, Math.multiplyExact(2L * sources.count(), size));
		boolean far = size >= LEAST_SLICE && left - inLines >= needed;
		if (far) {
			return new Lending(now, size, 0, current.madeAt, sources.epoch(), current.wanted, current.of);
		}
		long recall = Math.max(current.slice, current.recalled);
		return new Lending(now, 0, recall, current.madeAt, current.slicedFor, current.wanted, current.of)
			.wantedBack(left, sources);
	}

	/** Of a limit that was lowered more may be lent than is left. */
	private Lending wantedBack(long left, Sources sources) {
		return (lent(sources) > Math.max(0, left)) ? wanting(true) : this;
	}

	private Lending without(Sources sources) {
		if (this.of.keySet().stream().allMatch(sources::isOpen)) {
			return this;
		}
		Map<String, Line> open = new HashMap<>(this.of);
		open.keySet().removeIf((source) -> !sources.isOpen(source));
		return new Lending(this.period, this.slice, this.recalled, this.madeAt, this.slicedFor, this.wanted, open);
	}

	/**
	 * What budget-service must keep for {@code source}.
	 */
	long believed(String source, Sources sources) {
		Line line = this.of.get(source);
		if (line != null) {
			return line.nanos();
		}
		return sources.since(source) <= this.slicedFor ? Math.max(this.slice, this.recalled) : 0;
	}

	/**
	 * What is kept for all sources together, in nano-USD.
	 */
	public long lent(Sources sources) {
		return sources.all().stream().mapToLong((source) -> believed(source, sources)).sum();
	}

	/**
	 * A source asks for a line. More is given whole or not at all; less is always taken.
	 * Whatever was asked before a request that is decided already, or before this lending
	 * began, changes nothing any more.
	 * @param left what of the limit is not counted as spent, in nano-USD
	 */
	Lending ask(Ask ask, long left, Sources sources) {
		Line current = this.of.get(ask.source());
		if (ask.seen() < this.madeAt || (current != null && !current.isBefore(ask))) {
			return this;
		}
		long believed = believed(ask.source(), sources);
		if (ask.line() <= believed) {
			return with(ask, ask.line());
		}
		long room = left - (lent(sources) - believed);
		if (ask.line() > room) {
			return with(ask, believed).wanting(true);
		}
		long extra = this.wanted ? 0 : (room - ask.line()) / share(sources);
		return with(ask, ask.line() + extra).wanting(false);
	}

	private Lending with(Ask ask, long nanos) {
		return with(ask.source(), new Line(nanos, ask.session(), ask.number()));
	}

	/** One gateway gets all; several leave some to each other. */
	private static long share(Sources sources) {
		return (sources.count() <= 1) ? 1 : 4L * sources.count();
	}

	private Lending wanting(boolean more) {
		return new Lending(this.period, this.slice, this.recalled, this.madeAt, this.slicedFor, more, this.of);
	}

	private Lending with(String source, Line line) {
		Map<String, Line> changed = new HashMap<>(this.of);
		changed.put(source, line);
		return new Lending(this.period, this.slice, this.recalled, this.madeAt, this.slicedFor, this.wanted, changed);
	}

	/**
	 * What gateways are told. A process that registered after what this was made of must
	 * not rely on it.
	 */
	Lines told(Sources sources) {
		long epoch = (this.slice > 0) ? this.slicedFor : sources.epoch();
		Map<String, NanoUsd> told = new TreeMap<>();
		this.of.forEach((source, line) -> told.put(source, new NanoUsd(line.nanos())));
		return new Lines(new NanoUsd(this.slice), new NanoUsd(this.recalled), this.wanted, epoch, told);
	}

	/**
	 * The gateways that may have lines.
	 *
	 * @param epoch grows with every registration
	 * @param sinceBySource by source the epoch of its first registration
	 */
	public record Sources(long epoch, Map<String, Long> sinceBySource) {

		/** No gateway has registered. */
		public static final Sources NONE = new Sources(0, Map.of());

		public Sources {
			sinceBySource = Map.copyOf(sinceBySource);
		}

		boolean isOpen(String source) {
			return this.sinceBySource.containsKey(source);
		}

		long since(String source) {
			@Nullable Long since = this.sinceBySource.get(source);
			return (since != null) ? since : Long.MAX_VALUE;
		}

		java.util.Set<String> all() {
			return this.sinceBySource.keySet();
		}

		int count() {
			return this.sinceBySource.size();
		}

	}

}
