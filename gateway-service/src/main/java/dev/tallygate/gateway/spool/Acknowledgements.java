package dev.tallygate.gateway.spool;

import dev.tallygate.gateway.spool.SpoolDirectory.Watermark;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far Kafka has followed, and how old what waits for it is. Guarded by the spool's
 * lock.
 */
final class Acknowledgements {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	/** When events were written, so that the age of what waits is known. */
	private final Deque<Mark> marks = new ArrayDeque<>();

	private Watermark upTo;

	/** Everything from this ordinal on was written then or later. */
	private record Mark(long ordinal, long at) {

	}

	/**
	 * How far Kafka was when the process before ended.
	 * @param now by {@link System#nanoTime()}, as all moments here: a clock that is set
	 * makes nothing older
	 */
	Acknowledgements(Watermark upTo, long lastOrdinal, long now) {
		this.upTo = upTo;
		if (upTo.ordinal() < lastOrdinal) {
			this.marks.add(new Mark(upTo.ordinal() + 1, now));
		}
	}

	/** An event was written. */
	void wrote(long ordinal, long now) {
		Mark last = this.marks.peekLast();
		if (last == null || now - last.at() > SECOND) {
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

	/** How long the oldest event that waits has waited; zero when none does. */
	Duration oldestAge(long now) {
		Mark oldest = this.marks.peekFirst();
		return (oldest != null) ? Duration.ofNanos(now - oldest.at()) : Duration.ZERO;
	}

}
