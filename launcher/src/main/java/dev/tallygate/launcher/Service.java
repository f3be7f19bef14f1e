package dev.tallygate.launcher;

import java.util.Locale;

/**
 * What is started as a process of its own, in the order in which it is stopped last.
 */
public enum Service {

	/** The fake provider. */
	SIMULATOR("provider-simulator", 8090, 0, 128),
	/** Users, keys and provider keys. */
	KEYS("key-service", 8081, 8181, 192),
	/** The usage ledger. */
	METERING("metering-service", 8082, 0, 224),
	/** Budgets, spend and alerts. */
	BUDGET("budget-service", 8083, 8183, 192),
	/** The web pages. */
	CONSOLE("console", 8084, 0, 128),
	/** The wires. */
	GATEWAY("gateway-service", 8080, 0, 384);

	private final String module;

	private final int port;

	private final int internalPort;

	private final int heapMebibytes;

	Service(String module, int port, int internalPort, int heapMebibytes) {
		this.module = module;
		this.port = port;
		this.internalPort = internalPort;
		this.heapMebibytes = heapMebibytes;
	}

	/** The Maven module, which also names the process and its log. */
	public String module() {
		return this.module;
	}

	/** Its public port without an offset. */
	int port() {
		return this.port;
	}

	/** Its internal port without an offset; 0 where it has none. */
	int internalPort() {
		return this.internalPort;
	}

	int heapMebibytes() {
		return this.heapMebibytes;
	}

	/** Whether it is a Spring Boot service with a management port. */
	boolean managed() {
		return this != SIMULATOR;
	}

	boolean hasDatabase() {
		return managed() && this != CONSOLE;
	}

	/** The name it has as a caller of other services and in {@code TALLYGATE_…} names. */
	String caller() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** The variable that holds its URL. */
	String urlVariable() {
		return switch (this) {
			case SIMULATOR -> "TALLYGATE_SIMULATOR_URL";
			case KEYS -> "TALLYGATE_KEYS_URL";
			case METERING -> "TALLYGATE_METERING_URL";
			case BUDGET -> "TALLYGATE_BUDGETS_URL";
			case CONSOLE -> "TALLYGATE_CONSOLE_URL";
			case GATEWAY -> "TALLYGATE_URL";
		};
	}

}
