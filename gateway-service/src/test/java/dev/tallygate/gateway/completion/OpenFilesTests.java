package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenFilesTests {

	@ParameterizedTest
	@CsvSource({ "1048576, 8192, 8192", "16640, 8192, 8192", "1024, 8192, 384", "1024, 100, 100", "64, 8192, 16" })
	void leavesAFileForTheProviderOfEachCallerAndForEverythingElse(long most, int wanted, int callers) {
		assertThat(new OpenFiles(most).callers(wanted)).isEqualTo(callers);
	}

	@Test
	void knowsWhatThisProcessMayOpen() {
		assertThat(OpenFiles.ofThisProcess().most()).isPositive();
	}

}
