package dev.tallygate.gateway.provider;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps retries from making an outage worse: at any time no more of them are open than a
 * share of the open calls, or a few when there are hardly any calls.
 */
public final class RetryBudget {

	private final int sharePercent;

	private final int floor;

	private final AtomicInteger calls = new AtomicInteger();

	private final AtomicInteger retries = new AtomicInteger();

	/**
	 * A budget nothing was taken from.
	 * @param sharePercent how many of the open calls may be retries, in percent
	 * @param floor how many retries may always be open
	 */
	public RetryBudget(int sharePercent, int floor) {
		this.sharePercent = sharePercent;
		this.floor = floor;
	}

	/** A call starts. */
	public void callStarted() {
		this.calls.incrementAndGet();
	}

	/** A call ended. */
	public void callEnded() {
		this.calls.decrementAndGet();
	}

	/** Whether one more retry may start; it must be given back by {@link #retryEnded}. */
	public boolean tryRetry() {
		int allowed = Math.max(this.floor, this.calls.get() * this.sharePercent / 100);
		if (this.retries.incrementAndGet() <= allowed) {
			return true;
		}
		this.retries.decrementAndGet();
		return false;
	}

	/** A retry ended. */
	public void retryEnded() {
		this.retries.decrementAndGet();
	}

}
