package dev.tallygate.messaging;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.springframework.core.NestedExceptionUtils;

/**
 * Decides which failures in a row are worth a line in the log: the first one, the first
 * of another kind, and a reminder now and then. What is away for an hour and is tried
 * every second would fill the log with one sentence.
 */
final class FailureLog {

	private final long reminderNanos;

	/** The kinds that were said since the first of them. */
	private final Set<Kind> said = new HashSet<>();

	private long saidAt;

	private long inARow;

	FailureLog(Duration reminder) {
		this.reminderNanos = reminder.toNanos();
	}

	/** Whether to say it; counts it. */
	boolean isWorthSaying(Throwable failure) {
		return isWorthSaying(failure, System.nanoTime());
	}

	synchronized boolean isWorthSaying(Throwable failure, long now) {
		this.inARow++;
		if (now - this.saidAt >= this.reminderNanos) {
			this.said.clear();
		}
		if (this.said.isEmpty()) {
			this.saidAt = now;
		}
		return this.said.add(Kind.of(failure));
	}

	/**
	 * The row is over.
	 * @return how many failed before
	 */
	synchronized long succeeded() {
		long failed = this.inARow;
		this.inARow = 0;
		this.said.clear();
		return failed;
	}

	/**
	 * What failures that are said once have in common.
	 *
	 * @param failure the class of what was thrown
	 * @param cause that of what is behind it: one wrapper may hold what wants another
	 * cure
	 */
	private record Kind(Class<?> failure, Class<?> cause) {

		static Kind of(Throwable failure) {
			return new Kind(failure.getClass(), NestedExceptionUtils.getMostSpecificCause(failure).getClass());
		}

	}

}
