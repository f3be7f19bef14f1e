package dev.tallygate.security.problem;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Describes a failure for the log without its message, which may quote a request: the
 * classes of the causes and where they came from.
 */
final class Failures {

	private static final int FRAMES = 8;

	private Failures() {
	}

	static String describe(Throwable failure) {
		StringBuilder text = new StringBuilder();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			text.append(text.isEmpty() ? "" : " <- ").append(cause.getClass().getName()).append(framesOf(cause));
		}
		return text.toString();
	}

	private static String framesOf(Throwable cause) {
		return Arrays.stream(cause.getStackTrace())
			.limit(FRAMES)
			.map((frame) -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
			.collect(Collectors.joining(", ", " [", "]"));
	}

}
