package dev.tallygate.gateway.completion.answer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What went wrong in the gateway itself.
 */
public final class OwnFault {

	private static final Logger logger = LoggerFactory.getLogger(OwnFault.class);

	private OwnFault() {
	}

	/** The message of a failure may quote a request; its kind and place do not. */
	public static void log(Throwable ex) {
		StackTraceElement[] frames = ex.getStackTrace();
		logger.error("A call failed inside the gateway: {} at {}", ex.getClass().getName(),
				(frames.length > 0) ? frames[0] : "?");
	}

}
