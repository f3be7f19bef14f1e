package dev.tallygate.security.problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/**
 * Says in one line why a service did not start and what to do about it.
 */
class OneLineFailureReporter implements FailureAnalysisReporter {

	private static final Logger logger = LoggerFactory.getLogger(OneLineFailureReporter.class);

	@Override
	public void report(FailureAnalysis analysis) {
		String action = (analysis.getAction() != null) ? analysis.getAction() : "";
		logger.error("Cannot start: {} {}", sentence(analysis.getDescription()), oneLine(action));
	}

	/** What a library says often lacks its full stop, and what to do comes behind it. */
	private static String sentence(String text) {
		String line = oneLine(text);
		return (line.isEmpty() || ".!?:".indexOf(line.charAt(line.length() - 1)) >= 0) ? line : line + '.';
	}

	private static String oneLine(String text) {
		return text.strip().replaceAll("\\s+", " ");
	}

}
