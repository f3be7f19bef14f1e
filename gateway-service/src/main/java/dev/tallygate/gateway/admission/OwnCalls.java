package dev.tallygate.gateway.admission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls of this gateway that budget-service has not counted yet, of one user: the sums,
 * and each call's number and cost, so that exactly what is counted is taken away. Adding,
 * dropping and asking cost the same however many there are. Not thread-safe.
 * <p>
 * Up to {@link #EXACT} calls are kept one by one. Of more, neighbours share an entry, all
 * entries being of about the same width: what is counted twice for a moment is less than
 * one entry of each kind, whatever the backlog.
 */
final class OwnCalls {

	/** So many calls are kept one by one; 20 bytes each. */
	static final int EXACT = 32_768;

	private static final int FIRST_SIZE = 16;

	private static final long NONE = 0;

	private final Tally sums = new Tally();

	private final int limit;

	// One slot per entry, in the order of seq, from head to end.

	private long[] seqs = new long[FIRST_SIZE];

	private long[] costs = new long[FIRST_SIZE];

	private int[] counts = new int[FIRST_SIZE];

	private @Nullable Kind[] kinds = new @Nullable Kind[FIRST_SIZE];

	private int head;

	private int end;

	/** How many calls an entry may stand for. */
	private int width = 1;

	private long droppedUpTo;

	OwnCalls() {
		this(EXACT);
	}

	/**
	 * Keeps at most {@code limit} entries.
	 */
	OwnCalls(int limit) {
		this.limit = limit;
	}

	private record Entry(long seq, long cost, int count, Kind kind) {

	}

	void add(PostedCall call) {
		if (call.costNanos() == 0) {
			return;
		}
		add(call.seq(), call.costNanos(), 1, call.kind());
	}

	/** Adds what {@code others} has. */
	void addAll(OwnCalls others) {
		for (int i = others.head; i < others.end; i++) {
			add(others.seqs[i], others.costs[i], others.counts[i], others.kind(i));
		}
	}

	private void add(long seq, long cost, int count, Kind kind) {
		this.sums.add(kind, cost);
		if (seq == PostedCall.NEVER_COUNTED || joinsLast(seq, cost, count, kind)) {
			return;
		}
		if (this.end - this.head >= this.limit) {
			fold();
		}
		if (this.end == this.seqs.length) {
			makeRoom();
		}
		int at = this.end++;
		// Calls of a user settle nearly in the order of their numbers.
		while (at > this.head && this.seqs[at - 1] > seq) {
			move(at - 1, at);
			at--;
		}
		put(at, seq, cost, count, known(kind));
	}

	private boolean joinsLast(long seq, long cost, int count, Kind kind) {
		int last = this.end - 1;
		if (last < this.head || this.counts[last] + count > this.width || this.seqs[last] > seq
				|| !kind(last).equals(kind)) {
			return false;
		}
		put(last, seq, this.costs[last] + cost, this.counts[last] + count, kind(last));
		return true;
	}

	/** The same object for neighbours of a kind, to save room. */
	private Kind known(Kind kind) {
		for (int i = this.end - 2; i >= Math.max(this.head, this.end - 5); i--) {
			if (kind(i).equals(kind)) {
				return kind(i);
			}
		}
		return kind;
	}

	private Kind kind(int at) {
		return Objects.requireNonNull(this.kinds[at]);
	}

	private void put(int at, long seq, long cost, int count, Kind kind) {
		this.seqs[at] = seq;
		this.costs[at] = cost;
		this.counts[at] = count;
		this.kinds[at] = kind;
	}

	private void move(int from, int to) {
		put(to, this.seqs[from], this.costs[from], this.counts[from], kind(from));
	}

	/** Moves all to the front, into larger arrays when more than half is in use. */
	private void makeRoom() {
		int size = this.end - this.head;
		int capacity = (size > this.seqs.length / 2) ? 2 * this.seqs.length : this.seqs.length;
		resize(Math.max(FIRST_SIZE, capacity));
	}

	private void resize(int capacity) {
		this.seqs = Arrays.copyOf(Arrays.copyOfRange(this.seqs, this.head, this.end), capacity);
		this.costs = Arrays.copyOf(Arrays.copyOfRange(this.costs, this.head, this.end), capacity);
		this.counts = Arrays.copyOf(Arrays.copyOfRange(this.counts, this.head, this.end), capacity);
		this.kinds = Arrays.copyOf(Arrays.copyOfRange(this.kinds, this.head, this.end), capacity);
		this.end -= this.head;
		this.head = 0;
	}

	/**
	 * Doubles what an entry may stand for and joins neighbours of a kind up to that. All
	 * entries grow alike: if the oldest grew with every fold, one of them would stand for
	 * half of all, and count twice until the last of its calls is counted.
	 */
	private void fold() {
		this.width *= 2;
		Map<Kind, Entry> open = new HashMap<>();
		List<Entry> folded = new ArrayList<>(this.limit);
		for (int i = this.head; i < this.end; i++) {
			Entry each = new Entry(this.seqs[i], this.costs[i], this.counts[i], kind(i));
			Entry before = open.get(each.kind());
			if (before != null && before.count() + each.count() <= this.width) {
				open.put(each.kind(),
						new Entry(each.seq(), before.cost() + each.cost(), before.count() + each.count(), each.kind()));
			}
			else {
				if (before != null) {
					folded.add(before);
				}
				open.put(each.kind(), each);
			}
		}
		folded.addAll(open.values());
		folded.sort(Comparator.comparingLong(Entry::seq));
		this.head = 0;
		this.end = 0;
		for (Entry each : folded) {
			put(this.end++, each.seq(), each.cost(), each.count(), each.kind());
		}
		Arrays.fill(this.kinds, this.end, this.kinds.length, null);
	}

	/** Drops what is counted up to {@code seq}. */
	void dropUpTo(long seq) {
		this.droppedUpTo = Math.max(this.droppedUpTo, seq);
		while (this.head < this.end && this.seqs[this.head] <= seq) {
			this.sums.add(kind(this.head), -this.costs[this.head]);
			this.kinds[this.head++] = null;
		}
		if (this.head == this.end) {
			this.head = 0;
			this.end = 0;
			this.width = 1;
			if (this.seqs.length > FIRST_SIZE) {
				resize(FIRST_SIZE);
			}
		}
	}

	/** Tells of each that the operator's keys paid; neighbours may come as one. */
	void forEachOnSystemKeys(Each each) {
		for (int i = this.head; i < this.end; i++) {
			Kind kind = kind(i);
			if (kind.system()) {
				each.call(this.seqs[i], this.costs[i], kind.utcDay());
			}
		}
	}

	/** What to do with a call, or with some that are kept as one. */
	@FunctionalInterface
	interface Each {

		/**
		 * Takes it.
		 * @param seq the number of the last of them
		 * @param cost what they cost, in nano-USD
		 * @param utcDay the day they began in
		 */
		void call(long seq, long cost, LocalDate utcDay);

	}

	/** What they add up to. */
	Tally sums() {
		return this.sums;
	}

	/** What they add to the spend of a month, in nano-USD. */
	long spentNanos(YearMonth period) {
		return this.sums.in(period);
	}

	/** What they take of the credits of a billing cycle, in nano-USD. */
	long creditsNanos(Instant cycleStart) {
		return this.sums.credits(cycleStart);
	}

	/** No number below this one is still to be counted; 0 when all are counted. */
	long firstSeq() {
		if (this.head == this.end) {
			return NONE;
		}
		// An entry is numbered by the last of its calls.
		return (this.width == 1) ? this.seqs[this.head] : this.droppedUpTo + 1;
	}

}
