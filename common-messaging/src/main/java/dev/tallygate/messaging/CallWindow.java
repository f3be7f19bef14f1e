package dev.tallygate.messaging;

import java.time.Duration;

/**
 * How long after it opened a call is still taken in. Whoever closes, tells again or
 * forgets anything of calls goes by this.
 */
public final class CallWindow {

	/**
	 * How far the id of a settled call may lie back when its event comes to the topic.
	 */
	public static final Duration BACK = Duration.ofDays(45);

	/**
	 * What opened so long ago has come, or never will: a day of margin, for clocks that
	 * differ and events that wait to be read.
	 */
	public static final Duration CLOSED = BACK.plusDays(1);

	private CallWindow() {
	}

}
