package dev.tallygate.simulator;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a simulator runs.
 *
 * @param host the address it listens on
 * @param port the port it listens on; 0 picks a free one
 * @param threads how many threads serve
 * @param ledgerFile where the bill is kept as JSON lines; null keeps it in memory only
 * @param ledgerRows how many rows the bill holds in memory; the oldest go first, the
 * totals stay
 */
public record SimulatorConfig(String host, int port, int threads, @Nullable Path ledgerFile, int ledgerRows) {

	private static final String LOOPBACK = "127.0.0.1";

	private static final int DEFAULT_PORT = 8090;

	private static final int MOST_ROWS = 500_000;

	/** A row takes about half of it. */
	private static final long HEAP_PER_ROW = 1024;

	public SimulatorConfig {
		if (port < 0 || port > 65_535 || threads < 1 || ledgerRows < 1) {
			throw new IllegalArgumentException("port must be 0 to 65535, threads and ledgerRows at least 1");
		}
	}

	/** On a free loopback port, with the bill in memory. */
	public static SimulatorConfig onFreePort() {
		return new SimulatorConfig(LOOPBACK, 0, defaultThreads(), null, defaultRows());
	}

	/** The same on a given port. */
	public SimulatorConfig withPort(int port) {
		return new SimulatorConfig(this.host, port, this.threads, this.ledgerFile, this.ledgerRows);
	}

	/** The same with the bill kept in a file. */
	public SimulatorConfig withLedgerFile(Path file) {
		return new SimulatorConfig(this.host, this.port, this.threads, file, this.ledgerRows);
	}

	/**
	 * From {@code SERVER_ADDRESS}, {@code SERVER_PORT}, {@code SIMULATOR_THREADS},
	 * {@code SIMULATOR_LEDGER_FILE} and {@code SIMULATOR_LEDGER_ROWS}.
	 * @throws IllegalArgumentException when a value is out of range or no number
	 */
	public static SimulatorConfig from(Map<String, String> environment) {
		String file = environment.get("SIMULATOR_LEDGER_FILE");
		return new SimulatorConfig(environment.getOrDefault("SERVER_ADDRESS", LOOPBACK),
				number(environment, "SERVER_PORT", DEFAULT_PORT),
				number(environment, "SIMULATOR_THREADS", defaultThreads()), (file != null) ? Path.of(file) : null,
				number(environment, "SIMULATOR_LEDGER_ROWS", defaultRows()));
	}

	private static int number(Map<String, String> environment, String name, int fallback) {
		String value = environment.get(name);
		try {
			return (value != null) ? Integer.parseInt(value.strip()) : fallback;
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(name + " is not a number: " + value, ex);
		}
	}

	/** As many as a small heap can hold for as long as calls come. */
	private static int defaultRows() {
		return Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_PER_ROW, 1, MOST_ROWS);
	}

	private static int defaultThreads() {
		return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 2);
	}

}
