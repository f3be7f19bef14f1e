package dev.tallygate.budgets.installation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How the installation's limit is granted to gateways for one month. A grant is all that
 * a source may have spent in the month, what is counted of it included: so counting
 * changes no grant and needs no lock that all calls share. The invariant: Σ of the
 * greater of granted and counted ≤ limit. As with a user's lines, no clock takes part: a
 * grant shrinks only because its own gateway said so.
 *
 * @param limit the limit, in nano-USD
 * @param wanted whether somebody could not get what it asked for
 * @param open the sources that may spend
 * @param counted by source what is counted as spent; corrections under the empty name
 * @param of the grants by source
 */
record Grants(long limit, boolean wanted, Set<String> open, Map<String, Long> counted, Map<String, Grant> of) {

	Grants {
		open = Set.copyOf(open);
		counted = Map.copyOf(counted);
		of = Map.copyOf(of);
	}

	/**
	 * What one source may spend, and the latest request about it that was decided.
	 *
	 * @param nanos all it may spend in the month, in nano-USD
	 * @param session of the source's process that asked
	 * @param ask the request's number in that session
	 */
	record Grant(long nanos, long session, long ask) {

		private boolean isBefore(long otherSession, long otherAsk) {
			return this.session < otherSession || (this.session == otherSession && this.ask < otherAsk);
		}

	}

	/** What a source may spend, all in all. */
	long granted(String source) {
		Grant grant = this.of.get(source);
		return (grant != null) ? grant.nanos() : 0;
	}

	/** What must be kept for all sources together, in nano-USD. */
	long kept() {
		Set<String> sources = new HashSet<>(this.counted.keySet());
		sources.addAll(this.of.keySet());
		return sources.stream().mapToLong(this::kept).sum();
	}

	private long kept(String source) {
		long spent = this.counted.getOrDefault(source, 0L);
		return this.open.contains(source) ? Math.max(spent, granted(source)) : spent;
	}

	/**
	 * A source asks for a grant. More is given whole or not at all; less is always taken.
	 * What was asked before a request that is decided already changes nothing any more.
	 */
	Grants ask(String source, long session, long ask, long nanos) {
		Grant current = this.of.get(source);
		if (current != null && !current.isBefore(session, ask)) {
			return this;
		}
		long granted = granted(source);
		if (nanos <= granted) {
			return with(source, new Grant(nanos, session, ask), this.wanted);
		}
		long room = this.limit - (kept() - kept(source));
		if (nanos > room) {
			return with(source, new Grant(granted, session, ask), true);
		}
		// One gateway gets all; several leave some to each other.
		int share = (this.open.size() <= 1) ? 1 : 4 * this.open.size();
		long extra = this.wanted ? 0 : (room - nanos) / share;
		return with(source, new Grant(nanos + extra, session, ask), false);
	}

	private Grants with(String source, Grant grant, boolean nowWanted) {
		Map<String, Grant> changed = new HashMap<>(this.of);
		changed.put(source, grant);
		return new Grants(this.limit, nowWanted, this.open, this.counted, changed);
	}

}
