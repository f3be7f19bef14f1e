package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class LaterRehearsalTests {

	private static final Duration SOON = Duration.ofMillis(1);

	private static final Map<String, String> CALLERS = Map.of("PATH", "/usr/bin:/bin", "HOME", "/nowhere", "SECRET",
			"of-the-caller");

	@TempDir
	Path root;

	@BeforeEach
	void script() throws IOException {
		Path script = this.root.resolve("quickstart");
		Files.writeString(script, """
				#!/bin/bash
				cd "$(dirname "$0")"
				env > environment
				echo "$*" > called.new
				mv called.new called
				exec sleep 60
				""");
		Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	@Test
	void waitsUntilTheMachineIsIdle() throws Exception {
		CountDownLatch looks = new CountDownLatch(3);
		AtomicBoolean idle = new AtomicBoolean();
		LaterRehearsal.Moment moment = new LaterRehearsal.Moment(SOON, SOON, () -> {
			looks.countDown();
			return idle.get();
		});
		LaterRehearsal later = LaterRehearsal.of(this.root, CALLERS, moment);
		try {
			assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(this.root.resolve("called")).as("busy").doesNotExist();
			idle.set(true);
			await("called");
		}
		finally {
			later.close();
		}

		assertThat(this.root.resolve("called")).content().isEqualTo("--prepare\n");
		assertThat(this.root.resolve("environment")).content().contains("HOME=/nowhere").doesNotContain("SECRET");
	}

	@Test
	void endsWithTheLauncher() throws Exception {
		LaterRehearsal later = LaterRehearsal.of(this.root, CALLERS, new LaterRehearsal.Moment(SOON, SOON, () -> true));
		await("called");
		ProcessHandle started = sleeping();

		later.close();

		started.onExit().get(30, TimeUnit.SECONDS);
		assertThat(started.isAlive()).isFalse();
	}

	@Test
	void nothingBeginsOnceTheLauncherEnds() {
		LaterRehearsal later = LaterRehearsal.of(this.root, CALLERS,
				new LaterRehearsal.Moment(Duration.ofMinutes(5), SOON, () -> true));

		later.close();

		assertThat(this.root.resolve("called")).doesNotExist();
	}

	/** What the script has become, a moment after it was called. */
	private static ProcessHandle sleeping() throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (true) {
			Optional<ProcessHandle> found = ProcessHandle.current()
				.children()
				.filter((child) -> child.info().commandLine().orElse("").contains("sleep 60"))
				.findFirst();
			if (found.isPresent() || System.nanoTime() - deadline >= 0) {
				return found.orElseThrow();
			}
			Thread.sleep(10);
		}
	}

	private void await(String file) throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (!Files.exists(this.root.resolve(file)) && System.nanoTime() - deadline < 0) {
			Thread.sleep(10);
		}
		assertThat(this.root.resolve(file)).exists();
	}

}
