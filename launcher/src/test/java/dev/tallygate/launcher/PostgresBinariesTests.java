package dev.tallygate.launcher;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A PostgreSQL of 10 to 15 MB for each platform would be downloaded, and one is run. */
class PostgresBinariesTests {

	@Test
	void areThereForThisPlatformAlone() {
		Stream<String> platforms = Stream.of("linux-x86_64", "linux-x86_64-alpine_linux", "linux-arm_64",
				"linux-arm_64-alpine_linux", "linux-arm_32", "linux-x86_32", "linux-ppc_64", "darwin-x86_64",
				"darwin-arm_64", "windows-x86_64");
		String system = System.getProperty("os.name", "").startsWith("Mac") ? "darwin" : "linux";

		assertThat(platforms.filter((platform) -> getClass().getResource("/postgres-" + platform + ".txz") != null))
			.singleElement()
			.asString()
			.startsWith(system);
	}

}
