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
		new OneLineFailureReporter().report(new FailureAnalysis(description, "Make room.", null));
		assertThat(output).contains("Cannot start: " + said);
	}

	@Test
	void linesBecomeOne(CapturedOutput output) {
		new OneLineFailureReporter().report(new FailureAnalysis("Two\n\nlines\n", null, null));
		assertThat(output).contains("Cannot start: Two lines. ");
	}

}
