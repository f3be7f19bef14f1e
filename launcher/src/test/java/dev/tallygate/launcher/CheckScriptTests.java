package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The script that checks a checkout, {@code .ci/run}, in a folder of its own, with tools
 * that find nothing wrong and a quickstart that only stays.
 */
class CheckScriptTests {

	@TempDir
	Path folder;

	private Path clone;

	@BeforeEach
	void copyWhatItReads() throws IOException {
		this.clone = this.folder.resolve("clone");
		Path root = Path.of("..").toAbsolutePath().normalize();
		for (String file : List.of(".ci/run", "launcher/find-jdk.sh")) {
			Path copy = this.clone.resolve(file);
			Files.createDirectories(copy.getParent());
			Files.copy(root.resolve(file), copy);
		}
		write(this.clone.resolve("deploy/alerts.yml"), "");
		write(this.clone.resolve("docs/decisions/001-one.md"), "");
		write(this.clone.resolve("docs/decisions/README.md"), "(001-one.md)");
		script(this.clone.resolve("quickstart"), """
				echo $$ > ../quickstart.pid
				echo "Tallygate is ready"
				exec sleep 60
				""");
		write(this.folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
		script(this.folder.resolve("jdk/bin/javac"), "");
		script(this.folder.resolve("jdk/bin/java"), "");
		for (String tool : List.of("chromium", "promtool", "mvn")) {
			script(this.folder.resolve("tools").resolve(tool), "");
		}
	}

	@AfterEach
	void stopWhatItLeft() throws IOException {
		if (Files.exists(this.folder.resolve("quickstart.pid"))) {
			ProcessHandle.of(quickstart()).ifPresent(ProcessHandle::destroyForcibly);
		}
	}

	/** It names no demo key, which ends the script where it expects nothing to fail. */
	@Test
	void leavesNoQuickstartBehindWhereverItFails() throws Exception {
		assertThat(run()).isNotZero();
		assertThat(ProcessHandle.of(quickstart()).filter(ProcessHandle::isAlive)).isEmpty();
	}

	private long quickstart() throws IOException {
		return Long.parseLong(Files.readString(this.folder.resolve("quickstart.pid")).strip());
	}

	private int run() throws Exception {
		ProcessBuilder builder = new ProcessBuilder("bash", this.clone.resolve(".ci/run").toString())
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("printed").toFile());
		builder.environment().clear();
		builder.environment().put("PATH", this.folder.resolve("tools") + ":/usr/bin:/bin");
		builder.environment().put("JAVA_HOME", this.folder.resolve("jdk").toString());
		Process process = builder.start();
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(Files.readString(this.folder.resolve("printed"), StandardCharsets.UTF_8)).contains("Ready after");
		return process.exitValue();
	}

	private static void script(Path file, String commands) throws IOException {
		write(file, "#!/bin/bash\n" + commands);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	private static void write(Path file, String text) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, text);
	}

}
