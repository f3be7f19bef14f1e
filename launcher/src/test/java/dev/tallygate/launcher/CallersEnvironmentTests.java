package dev.tallygate.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class CallersEnvironmentTests {

	@TempDir
	Path folder;

	@Test
	void isReadFromTheFileAloneWhereOneIsHandedOver() throws Exception {
		Path file = Files.writeString(this.folder.resolve("environment"), "A=1\0B=two\nlines=x\0EMPTY=\0");
		assertThat(CallersEnvironment.read(file.toString(), this.folder))
			.isEqualTo(Map.of("A", "1", "B", "two\nlines=x", "EMPTY", ""));
	}

	@Test
	void findsFilesWhereTheCallerIs() throws Exception {
		Path file = Files.writeString(this.folder.resolve("environment"),
				"TALLYGATE_PRICES_FILE=prices/mine.json\0OPENAI_API_KEY_FILE=../key\0TALLYGATE_ADMIN_KEY_FILE=/etc/key\0");
		assertThat(CallersEnvironment.read(file.toString(), Path.of("/home/me/project")))
			.isEqualTo(Map.of("TALLYGATE_PRICES_FILE", "/home/me/project/prices/mine.json", "OPENAI_API_KEY_FILE",
					"/home/me/key", "TALLYGATE_ADMIN_KEY_FILE", "/etc/key"));
	}

}
