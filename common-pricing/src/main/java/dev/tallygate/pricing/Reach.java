package dev.tallygate.pricing;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a request can reach into a row of prices: what it asks for and so may be
 * charged for.
 *
 * @param asked the tier, region and speed it asks for; it may be served plainer
 * @param meters what tokens of the prompt and the answer it may use beside the plain ones
 * @param pieces how many searches, sandboxes and so on it may use
 */
public record Reach(Served asked, Set<Meter> meters, Map<Meter, Long> pieces) {

	/** Text of every cache life, nothing else. */
	public static final Reach PLAIN = new Reach(Served.PLAIN, Set.of(), Map.of());

	public Reach {
		meters = Set.copyOf(meters);
		pieces = Map.copyOf(pieces);
	}

	/** A request for a tier. */
	public static Reach tier(@Nullable String serviceTier) {
		return new Reach(Served.tier(serviceTier), Set.of(), Map.of());
	}

	/** This, at a host that serves in a region; null for any. */
	public Reach in(@Nullable String region) {
		return (region == null) ? this
				: new Reach(this.asked.or(new Served(null, false, region, null)), this.meters, this.pieces);
	}

	/** This, and more of these meters. */
	public Reach and(Set<Meter> more) {
		java.util.EnumSet<Meter> all = java.util.EnumSet.noneOf(Meter.class);
		all.addAll(this.meters);
		all.addAll(more);
		return new Reach(this.asked, all, this.pieces);
	}

	/** This, and so many of a meter of pieces. */
	public Reach and(Meter piece, long count) {
		Map<Meter, Long> all = new EnumMap<>(Meter.class);
		all.putAll(this.pieces);
		all.merge(piece, count, Long::sum);
		return new Reach(this.asked, this.meters, all);
	}

}
