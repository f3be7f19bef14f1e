package dev.tallygate.gateway.completion;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests are not answered yet, calls and others.
 */
public final class OpenRequests {

	private final AtomicInteger count = new AtomicInteger();

	void begun() {
		this.count.incrementAndGet();
	}

	void ended() {
		this.count.decrementAndGet();
	}

	/** How many there are. */
	public int count() {
		return this.count.get();
	}

}
