package dev.tallygate.security.problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OneLineFailureReporterTests {

	@ParameterizedTest
	@CsvSource({ "No space left on device, No space left on device. Make room.", "It is full., It is full. Make room.",
			"Is it full?, Is it full? Make room." })
	void whatIsWrongAndWhatToDoAreTwoSentences(String description, String said, CapturedOutput output) {
		report(description, "Make room.");
		assertThat(output).contains("Cannot start: " + said);
	}

	@Test
	void linesBecomeOne(CapturedOutput output) {
		report("Two\n\nlines\n", "");
		assertThat(output).contains("Cannot start: Two lines. ");
	}

	private static void report(String description, String action) {
		new OneLineFailureReporter().report(new FailureAnalysis(description, action, new IllegalStateException()));
	}

}
