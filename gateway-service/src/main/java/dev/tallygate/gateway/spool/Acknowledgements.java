package dev.tallygate.gateway.spool;

import dev.tallygate.gateway.spool.SpoolDirectory.Watermark;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How far Kafka has followed, and how old what waits for it is. Guarded by the spool's
 * lock.
 */
final class Acknowledgements {

	/** When events were written, so that the age of what waits is known. */
	private final Deque<Mark> marks = new ArrayDeque<>();

	private Watermark upTo;

	/** Everything from this ordinal on was written then or later. */
	private record Mark(long ordinal, Instant at) {

	}

	Acknowledgements(Watermark upTo, long lastOrdinal, Instant now) {
		this.upTo = upTo;
		if (upTo.ordinal() < lastOrdinal) {
			this.marks.add(new Mark(upTo.ordinal() + 1, now));
		}
	}

	/** An event was written. */
	void wrote(long ordinal, Instant now) {
		Mark last = this.marks.peekLast();
		if (last == null || now.isAfter(last.at().plusSeconds(1))) {
			this.marks.add(new Mark(ordinal, now));
		}
	}

	/**
	 * Kafka has everything up to here.
	 * @return whether that is news
	 */
	boolean advance(Watermark watermark, long lastOrdinal) {
		if (watermark.ordinal() <= this.upTo.ordinal()) {
			return false;
		}
		this.upTo = new Watermark(watermark.ordinal(), Math.max(watermark.seq(), this.upTo.seq()));
		dropMarks(this.upTo.ordinal() + 1, lastOrdinal);
		return true;
	}

	private void dropMarks(long unsent, long lastOrdinal) {
		if (unsent > lastOrdinal) {
			this.marks.clear();
			return;
		}
		while (this.marks.size() > 1) {
			Mark first = this.marks.removeFirst();
			if (this.marks.getFirst().ordinal() > unsent) {
				this.marks.addFirst(first);
				return;
			}
		}
	}

	Watermark upTo() {
		return this.upTo;
	}

	/** When the oldest event was written that waits; null when none does. */
	@Nullable Instant oldest() {
		Mark oldest = this.marks.peekFirst();
		return (oldest != null) ? oldest.at() : null;
	}

}
