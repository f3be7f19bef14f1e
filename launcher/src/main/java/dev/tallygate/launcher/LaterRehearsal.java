package dev.tallygate.launcher;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Rehearses a start while everything runs and the machine has nothing better to do, so
 * that the next start is quick and this one did not wait for it. It runs at the lowest
 * priority and ends with the launcher.
 */
final class LaterRehearsal implements AutoCloseable {

	private static final Duration FIRST_LOOK = Duration.ofSeconds(60);

	private static final Duration PAUSE = Duration.ofSeconds(15);

	/** Of the load average of a minute, for each processor. */
	private static final double IDLE = 0.4;

	private final Path root;

	private final Map<String, String> environment;

	private final Moment moment;

	private final Thread thread;

	private boolean closed;

	/**
	 * When it may be.
	 *
	 * @param firstLook how long nothing is looked at
	 * @param pause how long between two looks
	 * @param idle whether the machine has nothing better to do
	 */
	record Moment(Duration firstLook, Duration pause, BooleanSupplier idle) {

	}

	private LaterRehearsal(Path root, Map<String, String> environment, Moment moment) {
		this.root = root;
		this.environment = environment;
		this.moment = moment;
		this.thread = Thread.ofVirtual().name("rehearsal").unstarted(this::run);
	}

	/** Waits for an idle moment from now on. */
	static LaterRehearsal of(Path root, Map<String, String> environment) {
		return of(root, environment, new Moment(FIRST_LOOK, PAUSE, LaterRehearsal::isIdle));
	}

	/** Waits for such a moment from now on. */
	static LaterRehearsal of(Path root, Map<String, String> environment, Moment moment) {
		LaterRehearsal later = new LaterRehearsal(root, environment, moment);
		later.thread.start();
		return later;
	}

	private void run() {
		try {
			Thread.sleep(this.moment.firstLook());
			while (!this.moment.idle().getAsBoolean()) {
				Thread.sleep(this.moment.pause());
			}
			Process process = start();
			try {
				process.waitFor();
			}
			finally {
				process.destroy();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			// Then the next start is as slow as this one was.
		}
	}

	private static boolean isIdle() {
		double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
		return load >= 0 && load < IDLE * Runtime.getRuntime().availableProcessors();
	}

	private synchronized Process start() throws IOException, InterruptedException {
		if (this.closed) {
			throw new InterruptedException();
		}
		ProcessBuilder builder = new ProcessBuilder(
				List.of("nice", "-n", "19", this.root.resolve("quickstart").toString(), "--prepare"))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD);
		builder.environment().clear();
		for (String name : List.of("PATH", "HOME", "JAVA_HOME")) {
			String value = this.environment.get(name);
			if (value != null) {
				builder.environment().put(name, value);
			}
		}
		return builder.start();
	}

	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
		}
		this.thread.interrupt();
		try {
			this.thread.join(Duration.ofSeconds(30));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
