package dev.tallygate.gateway.admission;

import dev.tallygate.events.Credential;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls of this gateway that budget-service has not counted yet, of one user. Not
 * thread-safe.
 */
final class OwnCalls {

	/** More are folded in pairs, which only delays when they are dropped. */
	private static final int MAX_KEPT = 256;

	private List<PostedCall> calls = new ArrayList<>();

	private long firstSeq = Long.MAX_VALUE;

	void add(PostedCall call) {
		if (call.costNanos() == 0) {
			return;
		}
		this.calls.add(call);
		this.firstSeq = Math.min(this.firstSeq, call.seq());
		if (this.calls.size() > MAX_KEPT) {
			fold();
		}
	}

	/**
	 * Two neighbours of a kind become one with the higher seq. Only neighbours: if one
	 * call stood for all, a user who is faster than budget-service answers would move its
	 * seq ahead for ever, and what is counted long since would never be dropped.
	 */
	private void fold() {
		record Kind(YearMonth period, Credential credential, boolean counted) {

		}
		List<PostedCall> folded = new ArrayList<>();
		Map<Kind, PostedCall> single = new LinkedHashMap<>();
		this.calls.sort(Comparator.comparingLong(PostedCall::seq));
		for (PostedCall call : this.calls) {
			Kind kind = new Kind(call.period(), call.credential(), call.seq() != Long.MAX_VALUE);
			PostedCall neighbour = single.remove(kind);
			if (neighbour == null) {
				single.put(kind, call);
			}
			else {
				folded.add(sum(neighbour, call));
			}
		}
		folded.addAll(single.values());
		this.calls = folded;
	}

	private static PostedCall sum(PostedCall left, PostedCall right) {
		Instant startedAt = left.startedAt().isAfter(right.startedAt()) ? left.startedAt() : right.startedAt();
		return new PostedCall(left.userId(), Math.max(left.seq(), right.seq()),
				Math.addExact(left.costNanos(), right.costNanos()), left.credential(), startedAt, left.period());
	}

	/** Drops what is counted up to {@code seq}. */
	void dropUpTo(long seq) {
		if (seq < this.firstSeq) {
			return;
		}
		this.calls.removeIf((call) -> call.seq() <= seq);
		this.firstSeq = this.calls.stream().mapToLong(PostedCall::seq).min().orElse(Long.MAX_VALUE);
	}

	/** What they add to the spend of a month, in nano-USD. */
	long spentNanos(YearMonth period) {
		long sum = 0;
		for (PostedCall call : this.calls) {
			if (call.period().equals(period)) {
				sum += call.costNanos();
			}
		}
		return sum;
	}

	/** What they take of the credits of a billing cycle, in nano-USD. */
	long creditsNanos(Instant cycleStart) {
		long sum = 0;
		for (PostedCall call : this.calls) {
			if (call.credential() == Credential.SYSTEM && !call.startedAt().isBefore(cycleStart)) {
				sum += call.costNanos();
			}
		}
		return sum;
	}

	/** The lowest seq that is not counted; {@link Long#MAX_VALUE} when all are. */
	long firstSeq() {
		return this.firstSeq;
	}

}
