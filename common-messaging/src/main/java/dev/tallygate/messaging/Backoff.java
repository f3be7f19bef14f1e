package dev.tallygate.messaging;

import java.time.Duration;

/**
 * Pauses that double from {@code first} to {@code longest} and never end.
 */
final class Backoff {

	private final Duration first;

	private final Duration longest;

	private Duration next;

	Backoff(Duration first, Duration longest) {
		this.first = first;
		this.longest = longest;
		this.next = first;
	}

	/** The next pause. */
	Duration next() {
		Duration pause = this.next;
		Duration doubled = pause.multipliedBy(2);
		this.next = (doubled.compareTo(this.longest) < 0) ? doubled : this.longest;
		return pause;
	}

	/** Something worked: starts over. */
	void reset() {
		this.next = this.first;
	}

}
