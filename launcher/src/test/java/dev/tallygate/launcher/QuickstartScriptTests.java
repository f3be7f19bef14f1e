package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The script at the project's root, as in a fresh clone: it and what it reads lie in a
 * folder of their own, with a Maven and a JDK that only note what they were called with.
 */
class QuickstartScriptTests {

	private static final String USAGE = "launcher/src/main/resources/dev/tallygate/launcher/usage.txt";

	@TempDir
	Path folder;

	private Path clone;

	private Path jdk;

	private record Run(int code, String printed) {

	}

	@BeforeEach
	void copyWhatAFreshCloneHas() throws IOException {
		this.clone = this.folder.resolve("clone");
		this.jdk = this.folder.resolve("jdk");
		Path root = Path.of("..").toAbsolutePath().normalize();
		for (String file : List.of("quickstart", "launcher/find-jdk.sh", USAGE)) {
			Path copy = this.clone.resolve(file);
			Files.createDirectories(copy.getParent());
			Files.copy(root.resolve(file), copy);
		}
		executable(this.clone.resolve("quickstart"));
		Files.createFile(this.clone.resolve("pom.xml"));
		Files.createFile(this.clone.resolve("launcher/pom.xml"));
		Files.createDirectories(this.jdk);
		Files.writeString(this.jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
		script(this.jdk.resolve("bin/javac"), "");
		script(this.jdk.resolve("bin/java"), """
				noted="$(dirname "$0")"
				echo "$*" >> "$noted/calls"
				env > "$noted/environment"
				cat <&3 > "$noted/handed-on"
				echo "the launcher runs"
				""");
		maven("""
				mkdir -p launcher/target
				touch launcher/target/launcher-0.jar
				""");
	}

	@Test
	void helpNeedsNothingThatABuildMakes() throws Exception {
		maven("touch built; exit 1");

		Run run = quickstart("--help");

		assertThat(run.printed()).isEqualTo(Files.readString(this.clone.resolve(USAGE)));
		assertThat(run.code()).isZero();
		assertThat(this.clone.resolve("built")).doesNotExist();
		assertThat(this.jdk.resolve("bin/calls")).doesNotExist();
	}

	@Test
	void aBuildSaysNothingOfTheJvmsOwnAndNoBareEscapes() throws Exception {
		maven("""
				mkdir -p launcher/target
				touch launcher/target/launcher-0.jar
				echo "Picked up JAVA_TOOL_OPTIONS: $JAVA_TOOL_OPTIONS" >&2
				echo "Picked up JDK_JAVA_OPTIONS: -Xmx1g" >&2
				printf '[\\033[1;33mWARNING\\033[m] \\033[1mworth reading\\033[m\\n\\n'
				""");

		Run run = quickstart();

		assertThat(run.code()).as(run.printed()).isZero();
		assertThat(run.printed()).contains("[WARNING] worth reading\n")
			.contains("Built in ")
			.doesNotContain("Picked up", "\u001b", "\n\n");
	}

	@Test
	void noneOfSeveralBuildsIsStarted() throws Exception {
		maven("""
				mkdir -p launcher/target
				touch launcher/target/launcher-0.jar launcher/target/launcher-1.jar
				""");

		Run run = quickstart();

		assertThat(run.code()).isEqualTo(1);
		assertThat(run.printed()).contains("several builds of the launcher").contains("Delete launcher/target");
		assertThat(this.jdk.resolve("bin/calls")).doesNotExist();
	}

	/** Each of their jars would be on the class path or be started. */
	@Test
	void aBuildLeavesNothingOfTheVersionBefore() throws Exception {
		List<Path> before = List.of(this.clone.resolve("launcher/target/launcher-0.jar"),
				this.clone.resolve("launcher/target/lib/kafka-clients-4.1.0.jar"),
				this.clone.resolve("key-service/target/key-service-0-exec.jar"));
		for (Path jar : before) {
			Files.createDirectories(jar.getParent());
			Files.createFile(jar);
		}
		maven("""
				mkdir -p launcher/target/lib
				touch launcher/target/launcher-1.jar launcher/target/lib/kafka-clients-4.2.1.jar
				touch key-service/target/key-service-1-exec.jar
				""");

		Run run = quickstart();

		assertThat(run.code()).as(run.printed()).isZero();
		assertThat(before).allSatisfy((jar) -> assertThat(jar).doesNotExist());
		assertThat(noted("calls")).contains("launcher/target/launcher-1.jar:");
	}

	@Test
	void aBuildThatFailsIsToldAndNothingStarts() throws Exception {
		maven("printf '[\\033[1;31mERROR\\033[m] the reason\\n'; exit 1");

		Run run = quickstart();

		assertThat(run.code()).isEqualTo(1);
		assertThat(run.printed()).contains("[ERROR] the reason").contains("The build failed");
		assertThat(this.jdk.resolve("bin/calls")).doesNotExist();
	}

	@Test
	void theLauncherGetsNoOptionsOfTheCallersJvm() throws Exception {
		quickstart();

		assertThat(noted("environment")).contains("PATH=").doesNotContain("JAVA_TOOL_OPTIONS", "SECRET");
		assertThat(noted("handed-on").split("\0")).contains("SECRET=of-the-caller");
	}

	@Test
	void theFirstStartIsNotPutOffByARehearsal() throws Exception {
		Run run = quickstart("--ephemeral");

		assertThat(run.printed()).contains("the launcher runs").doesNotContain("Preparing");
		assertThat(noted("calls").lines()).singleElement()
			.asString()
			.contains("-Dtallygate.rehearse=true ")
			.endsWith("dev.tallygate.launcher.Quickstart --ephemeral");
	}

	@Test
	void aStartThatWasRehearsedUsesWhatIsRememberedUntilTheNextBuild() throws Exception {
		quickstart();
		Path remembered = this.clone.resolve("launcher/target/quickstart.aot");
		Files.writeString(remembered, "of this build");
		Files.setLastModifiedTime(remembered, FileTime.from(Instant.now().plusSeconds(5)));
		quickstart();
		Files.setLastModifiedTime(remembered, FileTime.from(Instant.EPOCH));
		quickstart();

		assertThat(noted("calls").lines().skip(1).map((call) -> call.contains("-XX:AOTCache="))).containsExactly(true,
				false);
		assertThat(noted("calls").lines().skip(1).map((call) -> call.contains("tallygate.rehearse")))
			.containsExactly(false, true);
	}

	@Test
	void aProcessWithoutAHomeStartsItAsWell() throws Exception {
		Run run = start((environment) -> environment.remove("HOME"));

		assertThat(run.printed()).contains("the launcher runs").doesNotContain("unbound");
		assertThat(run.code()).isZero();
	}

	private Run quickstart(String... arguments) throws Exception {
		return start((environment) -> {
		}, arguments);
	}

	private Run start(Consumer<Map<String, String>> environment, String... arguments) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(this.clone.resolve("quickstart").toString())
			.redirectErrorStream(true);
		builder.command().addAll(List.of(arguments));
		builder.environment().clear();
		builder.environment().put("PATH", this.folder.resolve("tools") + ":/usr/bin:/bin");
		builder.environment().put("HOME", this.folder.toString());
		builder.environment().put("JAVA_HOME", this.jdk.toString());
		builder.environment().put("JAVA_TOOL_OPTIONS", "-Xmx1g");
		builder.environment().put("SECRET", "of-the-caller");
		environment.accept(builder.environment());
		Process process = builder.start();
		process.getOutputStream().close();
		String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		return new Run(process.exitValue(), printed);
	}

	private String noted(String file) throws IOException {
		return Files.readString(this.jdk.resolve("bin").resolve(file));
	}

	private void maven(String commands) throws IOException {
		script(this.folder.resolve("tools/mvn"), commands);
	}

	private static void script(Path file, String commands) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, "#!/bin/bash\n" + commands);
		executable(file);
	}

	private static void executable(Path file) throws IOException {
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

}
