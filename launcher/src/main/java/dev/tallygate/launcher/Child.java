package dev.tallygate.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that the launcher starts, watches and stops. It lets Ctrl-C pass, which
 * reaches every process of a terminal: the launcher stops its children in order.
 */
public final class Child {

	private static final Duration POLL = Duration.ofMillis(50);

	private static final long MAX_LOG_BYTES = 20L * 1024 * 1024;

	private final String name;

	private final Supplier<List<String>> command;

	private final Map<String, String> environment;

	private final Path directory;

	private final Path log;

	private final Path pidFile;

	private final Readiness readiness;

	private volatile @Nullable Process process;

	private volatile boolean wanted;

	private volatile Consumer<Child> onDeath = (child) -> {
	};

	Child(String name, Supplier<List<String>> command, Map<String, String> environment, Folders folders,
			Readiness readiness) {
		this.name = name;
		this.command = command;
		this.environment = Map.copyOf(environment);
		this.directory = folders.work(name);
		this.log = folders.log(name);
		this.pidFile = folders.pid(name);
		this.readiness = readiness;
	}

	/** What it is called, also in the names of its files. */
	public String name() {
		return this.name;
	}

	/** Where what it prints goes. */
	public Path log() {
		return this.log;
	}

	/** Told when the process ends although nobody stopped it. */
	synchronized void onDeath(Consumer<Child> listener) {
		this.onDeath = listener;
		if (this.wanted && !alive()) {
			listener.accept(this);
		}
	}

	/** Starts the process and returns at once. */
	public synchronized void start() {
		try {
			Files.createDirectories(this.directory);
			turnLog();
			List<String> shielded = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
			shielded.addAll(this.command.get());
			ProcessBuilder builder = new ProcessBuilder(shielded).directory(this.directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.log.toFile()))
				.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
			builder.environment().clear();
			builder.environment().putAll(this.environment);
			this.wanted = true;
			Process started = builder.start();
			this.process = started;
			remember(started);
			Thread.ofVirtual().name("watch " + this.name).start(() -> watch(started));
		}
		catch (IOException ex) {
			throw new LaunchException(this.name + " cannot be started: " + ex.getMessage(), ex);
		}
	}

	private void watch(Process started) {
		try {
			started.waitFor();
			ended(started);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void ended(Process ended) {
		if (this.wanted && ended.equals(this.process)) {
			this.onDeath.accept(this);
		}
	}

	private void turnLog() throws IOException {
		if (Files.exists(this.log) && Files.size(this.log) > MAX_LOG_BYTES) {
			Files.move(this.log, this.log.resolveSibling(this.log.getFileName() + ".1"),
					StandardCopyOption.REPLACE_EXISTING);
		}
	}

	/** So that the next launcher finds what a killed one left running. */
	private void remember(Process started) throws IOException {
		long since = started.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
		Files.writeString(this.pidFile, started.pid() + " " + since, StandardCharsets.UTF_8);
	}

	/** Ends what a killed launcher left running under this name. */
	void stopLeftOver() {
		leftOver().ifPresent((left) -> {
			left.destroy();
			try {
				left.onExit().get(15, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (ExecutionException | TimeoutException ex) {
				left.destroyForcibly();
			}
		});
	}

	private Optional<ProcessHandle> leftOver() {
		try {
			List<String> parts = List.of(Files.readString(this.pidFile).strip().split(" ", -1));
			long since = Long.parseLong(parts.getLast());
			return ProcessHandle.of(Long.parseLong(parts.getFirst()))
				.filter((left) -> left.info().startInstant().map(Instant::toEpochMilli).orElse(-1L) == since);
		}
		catch (IOException | NumberFormatException ex) {
			return Optional.empty();
		}
	}

	/** Whether it runs. */
	public boolean alive() {
		Process process = this.process;
		return process != null && process.isAlive();
	}

	/** The number of its process. */
	public long pid() {
		Process process = this.process;
		if (process == null) {
			throw new IllegalStateException(this.name + " was never started");
		}
		return process.pid();
	}

	/** Whether it can be used now. */
	public boolean ready() throws InterruptedException {
		return alive() && this.readiness.reached();
	}

	/**
	 * Waits until it can be used.
	 * @throws LaunchException when it ends before, or is not ready in time
	 */
	public void awaitReady(Duration atMost) throws InterruptedException {
		long end = System.nanoTime() + atMost.toNanos();
		while (!ready()) {
			if (!alive()) {
				throw new LaunchException(lastWords());
			}
			if (System.nanoTime() > end) {
				throw new LaunchException(
						this.name + " was not ready after " + atMost.toSeconds() + " s. " + lastLines());
			}
			Thread.sleep(POLL);
		}
	}

	/** How it ended, with the last lines it printed. */
	String lastWords() {
		Process process = this.process;
		String how = (process != null && !process.isAlive()) ? " (exit code " + process.exitValue() + ")" : "";
		return this.name + " ended by itself" + how + ". " + lastLines();
	}

	private String lastLines() {
		return "The last lines of " + this.log + ":\n    " + String.join("\n    ", LogTail.of(this.log, 12));
	}

	/** Ends it the hard way, as {@code kill -9} does. */
	public synchronized void kill() {
		this.wanted = false;
		Process process = this.process;
		if (process != null) {
			process.destroyForcibly();
			join(process, Duration.ofSeconds(10));
		}
	}

	/**
	 * Asks it to stop and waits; the hard way when it takes too long.
	 * @return whether it ran until then and did as it was asked
	 */
	public synchronized boolean stop(Duration grace) {
		this.wanted = false;
		Process process = this.process;
		if (process == null) {
			return false;
		}
		boolean ran = process.isAlive();
		process.destroy();
		boolean ended = join(process, grace);
		if (!ended) {
			process.destroyForcibly();
			join(process, Duration.ofSeconds(10));
		}
		try {
			Files.deleteIfExists(this.pidFile);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return ran && ended;
	}

	private static boolean join(Process process, Duration atMost) {
		try {
			return process.waitFor(atMost);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
