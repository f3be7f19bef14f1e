package dev.tallygate.console.services;

import dev.tallygate.console.ConsoleProperties;
import java.net.URI;

/**
 * The services whose REST the console speaks.
 */
public enum Service {

	/** Users, API keys, provider keys. */
	KEYS("Key service"),

	/** Usage. */
	METERING("Metering service"),

	/** Budgets. */
	BUDGETS("Budget service"),

	/** Settings, agents, prices, and the calls of the page to try things. */
	GATEWAY("Gateway");

	private final String title;

	Service(String title) {
		this.title = title;
	}

	/** Its name for people. */
	public String title() {
		return this.title;
	}

	URI baseUrl(ConsoleProperties properties) {
		return switch (this) {
			case KEYS -> properties.keysUrl();
			case METERING -> properties.meteringUrl();
			case BUDGETS -> properties.budgetsUrl();
			case GATEWAY -> properties.gatewayInternalUrl();
		};
	}

}
