package dev.tallygate.gateway.spool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sendable records that Kafka does not have yet, by ordinal, so that a sender that
 * keeps up never reads the disk: the latest of them, and all that are not on the disk.
 * What Kafka has goes at once, or every event would outlive some collections of the young
 * generation and end in the old one. Not thread-safe.
 */
final class RecentEvents {

	private static final int KEPT = 4096;

	private static final long KEPT_BYTES = 16L * 1024 * 1024;

	private @Nullable Sendable[] ring = new @Nullable Sendable[KEPT];

	private long first;

	private long next;

	private long bytes;

	/**
	 * An empty window.
	 * @param next the ordinal that will be added first
	 */
	RecentEvents(long next) {
		this.first = next;
		this.next = next;
	}

	void add(Sendable event, long onDisk) {
		if (event.ordinal() != this.next) {
			throw new IllegalArgumentException("expected ordinal " + this.next + ", got " + event.ordinal());
		}
		while (this.first < this.next && this.first <= onDisk
				&& (size() >= KEPT || this.bytes + event.bytes().length > KEPT_BYTES)) {
			dropFirst();
		}
		if (size() == this.ring.length) {
			grow();
		}
		this.ring[slot(event.ordinal())] = event;
		this.bytes += event.bytes().length;
		this.next++;
	}

	/** Kafka has everything up to here. */
	void acknowledged(long ordinal) {
		while (this.first < this.next && this.first <= ordinal) {
			dropFirst();
		}
	}

	private void dropFirst() {
		int slot = slot(this.first++);
		Sendable dropped = this.ring[slot];
		this.ring[slot] = null;
		this.bytes -= (dropped != null) ? dropped.bytes().length : 0;
	}

	private void grow() {
		@Nullable Sendable[] old = this.ring;
		this.ring = new @Nullable Sendable[2 * old.length];
		for (long ordinal = this.first; ordinal < this.next; ordinal++) {
			this.ring[slot(ordinal)] = old[(int) (ordinal & (old.length - 1))];
		}
		Arrays.fill(old, null);
	}

	private int size() {
		return (int) (this.next - this.first);
	}

	private int slot(long ordinal) {
		return (int) (ordinal & (this.ring.length - 1));
	}

	/** The oldest ordinal that is here, or the next one when none is. */
	long first() {
		return this.first;
	}

	/** Whether what follows {@code ordinal} is here, or nothing follows it. */
	boolean reaches(long ordinal) {
		return ordinal + 1 >= this.first;
	}

	/** At most {@code max} of what follows {@code ordinal}. */
	List<Sendable> after(long ordinal, int max) {
		long end = Math.min(this.next, ordinal + 1 + max);
		if (ordinal + 1 >= end) {
			return List.of();
		}
		List<Sendable> events = new ArrayList<>((int) (end - ordinal - 1));
		for (long each = ordinal + 1; each < end; each++) {
			Sendable event = this.ring[slot(each)];
			if (event != null) {
				events.add(event);
			}
		}
		return events;
	}

}
