package dev.tallygate.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChildTests {

	@TempDir
	Path home;

	private Folders folders;

	@BeforeEach
	void open() {
		this.folders = Folders.open(this.home, false);
	}

	@AfterEach
	void close() {
		this.folders.close();
	}

	@Test
	void hasNoEnvironmentButItsOwn() throws Exception {
		Child child = child("printer", "/usr/bin/env; sleep 60");
		child.start();
		child.awaitReady(Duration.ofSeconds(5));
		awaitLog(child, "ONLY=this");
		child.stop(Duration.ofSeconds(5));
		assertThat(Files.readString(child.log())).contains("ONLY=this").doesNotContain("HOME=", "USER=");
	}

	@Test
	void reportsTheLastLinesOfOneThatEnds() {
		Child child = child("quitter", "echo the reason; exit 3", () -> false);
		child.start();
		assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> child.awaitReady(Duration.ofSeconds(5)))
			.withMessageContaining("quitter ended by itself (exit code 3)")
			.withMessageContaining("the reason");
	}

	@Test
	void tellsOfADeathButNotOfAStop() throws Exception {
		CompletableFuture<String> death = new CompletableFuture<>();
		Child child = child("sleeper", "sleep 60");
		child.onDeath((dead) -> death.complete(dead.name()));
		child.start();
		child.stop(Duration.ofSeconds(5));
		assertThat(death).isNotDone();
		child.start();
		ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
		assertThat(death.get(5, TimeUnit.SECONDS)).isEqualTo("sleeper");
	}

	@Test
	void survivesCtrlC() throws Exception {
		Child child = child("stoic", "echo up; sleep 60");
		child.start();
		awaitLog(child, "up");
		new ProcessBuilder("kill", "-INT", Long.toString(child.pid())).start().waitFor();
		assertThat(ProcessHandle.of(child.pid()))
			.hasValueSatisfying((process) -> assertThat(process.isAlive()).isTrue());
		child.stop(Duration.ofSeconds(5));
		assertThat(child.alive()).isFalse();
	}

	@Test
	void endsWhatAKilledLauncherLeftBehind() {
		Child left = child("orphan", "exec sleep 60");
		left.start();
		child("orphan", "exec sleep 60").stopLeftOver();
		assertThat(left.alive()).isFalse();
	}

	@Test
	void endsWithALauncherThatIsKilled() throws Exception {
		Child child = child("orphan", "exec sh -c 'sleep 60; :' orphan");
		child.start();
		Guard guard = Guard.over(this.home, false);
		guard.loseTheLauncher();
		awaitEnd(child);
	}

	@Test
	void isLeftAloneByTheGuardOfALauncherThatEndsWell() throws Exception {
		Child child = child("orphan", "exec sh -c 'sleep 60; :' orphan");
		child.start();
		Guard guard = Guard.over(this.home, false);
		guard.close();
		assertThat(guard.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(child.alive()).isTrue();
		child.stop(Duration.ofSeconds(5));
	}

	@Test
	void locksItsFolder() {
		assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> Folders.open(this.home, false))
			.withMessageContaining("Another quickstart runs on");
	}

	private Child child(String name, String script) {
		return child(name, script, () -> true);
	}

	private Child child(String name, String script, Readiness readiness) {
		return new Child(name, () -> List.of("/bin/sh", "-c", script), Map.of("ONLY", "this", "PATH", "/usr/bin:/bin"),
				this.folders, readiness);
	}

	private static void awaitEnd(Child child) throws Exception {
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (child.alive()) {
			assertThat(System.nanoTime()).as("waiting for the end").isLessThan(end);
			Thread.sleep(10);
		}
	}

	private static void awaitLog(Child child, String text) throws Exception {
		long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
		while (!Files.readString(child.log()).contains(text)) {
			assertThat(System.nanoTime()).as("waiting for " + text).isLessThan(end);
			Thread.sleep(10);
		}
	}

}
