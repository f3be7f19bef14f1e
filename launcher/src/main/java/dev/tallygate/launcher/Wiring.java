package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment of every service: what tells it where the others are, its secrets, and
 * of the caller's environment what it is meant to read, nothing else. What the caller set
 * wins.
 */
final class Wiring {

	private static final List<String> FOR_EVERY_PROCESS = List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR");

	private static final List<String> OIDC = List.of("TALLYGATE_OIDC_ISSUER_URI", "TALLYGATE_OIDC_CLIENT_ID",
			"TALLYGATE_OIDC_CLIENT_SECRET");

	private static final List<String> TRACING = List.of("TALLYGATE_TRACING_ENDPOINT", "TALLYGATE_TRACING_SAMPLING",
			"TALLYGATE_TRACING_ATTRIBUTES");

	/** Providers and how their base URLs are known when they are simulated. */
	private static final List<String> PROVIDERS = List.of("openai", "anthropic", "ollama", "manus");

	private static final List<String> WITH_SYSTEM_KEY = List.of("openai", "anthropic", "manus");

	private static final Pattern PROVIDER_SETTING = Pattern
		.compile("TALLYGATE_PROVIDERS_([A-Z0-9_]+)_(BASE_URL|DIALECT|VALIDATION|VALIDATION_MODEL|NEEDS_KEY"
				+ "|DISPLAY_NAME|WIRES|ON_DISCONNECT|USAGE_QUIRKS|OAUTH_KIND|OAUTH_AUTHORIZATION_URI|OAUTH_TOKEN_URI"
				+ "|OAUTH_REVOCATION_URI|OAUTH_REDIRECT_URI|OAUTH_CLIENT_ID|OAUTH_CLIENT_SECRET|OAUTH_SCOPES)");

	/**
	 * The beginnings of the settings that a service takes from the caller, however many
	 * there are of each.
	 */
	private static final Map<Service, List<String>> SETTINGS = Map.of(Service.GATEWAY,
			List.of("TALLYGATE_INSTANCE", "TALLYGATE_DEFAULT_MODEL", "TALLYGATE_PRICES_FILE", "TALLYGATE_FALLBACKS",
					"TALLYGATE_GUARD_", "TALLYGATE_RATE_LIMITS_", "TALLYGATE_RATELIMITS_", "TALLYGATE_ADMISSION_",
					"TALLYGATE_COMPLETION_", "TALLYGATE_ESTIMATES_", "TALLYGATE_MODELS_", "TALLYGATE_PRICING_",
					"TALLYGATE_UPSTREAM_"),
			Service.KEYS,
			List.of("TALLYGATE_SIGNUP", "TALLYGATE_OIDC_ROLE_CLAIM", "TALLYGATE_OIDC_ADMIN_VALUES",
					"TALLYGATE_OIDC_LEAVER_", "TALLYGATE_OIDC_TAGS_", "TALLYGATE_API_KEYS_", "TALLYGATE_APIKEYS_",
					"TALLYGATE_CONNECT_", "TALLYGATE_VALIDATION_"),
			Service.BUDGET, List.of("TALLYGATE_WEBHOOKS_"), Service.METERING, List.of("TALLYGATE_METERING_EXPORTS_"),
			Service.CONSOLE, List.of("TALLYGATE_SIGNUP", "TALLYGATE_CONSOLE_SESSION"));

	private final Ports ports;

	private final Secrets secrets;

	private final Path home;

	private final Set<Service> services;

	private final Map<String, String> outer;

	Wiring(Ports ports, Secrets secrets, Path home, Set<Service> services, Map<String, String> outer) {
		this.ports = ports;
		this.secrets = secrets;
		this.home = home;
		this.services = services;
		this.outer = outer;
	}

	/** What every child process gets. */
	Map<String, String> base() {
		Map<String, String> environment = new TreeMap<>();
		FOR_EVERY_PROCESS.forEach((name) -> inherit(environment, name));
		return environment;
	}

	Map<String, String> of(Service service) {
		Map<String, String> environment = base();
		environment.put("SERVER_ADDRESS", Ports.HOST);
		environment.put("SERVER_PORT", Integer.toString(this.ports.of(service)));
		if (service == Service.SIMULATOR) {
			environment.put("SIMULATOR_LEDGER_FILE", this.home.resolve("simulator-ledger.jsonl").toString());
			return environment;
		}
		common(environment, service);
		switch (service) {
			case KEYS -> keys(environment);
			case GATEWAY -> gateway(environment);
			case CONSOLE -> inheritSecret(environment, "TALLYGATE_OIDC_CLIENT_SECRET");
			case BUDGET -> secret(environment, "TALLYGATE_WEBHOOKS_KEY");
			case METERING -> environment.put("TALLYGATE_ARCHIVE_DIRECTORY", this.home.resolve("archive").toString());
			case SIMULATOR -> {
			}
		}
		settings(environment, SETTINGS.getOrDefault(service, List.of()));
		return environment;
	}

	/** Of the second gateway or one after it: its own ports, name and spool. */
	Map<String, String> ofGateway(int number) {
		Map<String, String> environment = of(Service.GATEWAY);
		environment.put("SERVER_PORT", Integer.toString(this.ports.ofGateway(number)));
		environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(this.ports.managementOfGateway(number)));
		environment.put("TALLYGATE_INSTANCE", environment.get("TALLYGATE_INSTANCE") + '-' + number);
		environment.put("TALLYGATE_SPOOL_DIRECTORY", this.home.resolve("spool-" + number).toString());
		return environment;
	}

	private void common(Map<String, String> environment, Service service) {
		environment.put("MANAGEMENT_SERVER_ADDRESS", Ports.HOST);
		environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(this.ports.management(service)));
		if (service.internalPort() > 0) {
			environment.put("TALLYGATE_INTERNAL_PORT", Integer.toString(this.ports.internal(service)));
		}
		if (service.hasDatabase()) {
			Database.Access access = Database.access(service, this.ports, this.secrets);
			environment.put("SPRING_DATASOURCE_URL", access.url());
			environment.put("SPRING_DATASOURCE_USERNAME", access.role());
			environment.put("SPRING_DATASOURCE_PASSWORD", access.password());
			environment.put("SPRING_FLYWAY_USER", access.owner());
			environment.put("SPRING_FLYWAY_PASSWORD", access.ownerPassword());
		}
		environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka());
		environment.putAll(urls());
		environment.putAll(internalUrls());
		secret(environment, "TALLYGATE_SERVICE_SECRET_" + service.name());
		inherit(environment, "TALLYGATE_OIDC_ISSUER_URI");
		inherit(environment, "TALLYGATE_OIDC_CLIENT_ID");
		TRACING.forEach((name) -> inherit(environment, name));
		inheritSecret(environment, "TALLYGATE_TRACING_AUTHORIZATION");
	}

	private void keys(Map<String, String> environment) {
		everyServiceSecret(environment);
		secret(environment, "TALLYGATE_MASTER_KEY");
		secret(environment, "TALLYGATE_ADMIN_KEY");
		OIDC.forEach((name) -> inheritSecret(environment, name));
		if (this.services.contains(Service.SIMULATOR)) {
			simulatedProviders(environment);
		}
		WITH_SYSTEM_KEY.forEach((provider) -> inheritSecret(environment, systemKey(provider)));
		for (String name : this.outer.keySet()) {
			Matcher setting = PROVIDER_SETTING.matcher(name);
			if (setting.matches()) {
				inherit(environment, name);
				inheritSecret(environment, systemKey(setting.group(1)));
			}
		}
	}

	private void simulatedProviders(Map<String, String> environment) {
		String simulator = this.ports.url(Service.SIMULATOR);
		for (String provider : PROVIDERS) {
			environment.put("TALLYGATE_PROVIDERS_" + provider.toUpperCase(Locale.ROOT) + "_BASE_URL",
					simulator + "/" + provider + "/v1");
		}
		for (String provider : WITH_SYSTEM_KEY) {
			environment.put(systemKey(provider), "sk-sim-system");
		}
	}

	private static String systemKey(String provider) {
		return provider.toUpperCase(Locale.ROOT) + "_API_KEY";
	}

	private void gateway(Map<String, String> environment) {
		environment.put("TALLYGATE_INSTANCE", "quickstart");
		environment.put("TALLYGATE_SPOOL_DIRECTORY", this.home.resolve("spool").toString());
	}

	private void settings(Map<String, String> environment, List<String> beginnings) {
		this.outer.keySet()
			.stream()
			.filter((name) -> beginnings.stream().anyMatch(name::startsWith))
			.forEach((name) -> inherit(environment, name));
	}

	private void everyServiceSecret(Map<String, String> environment) {
		for (Service other : Service.values()) {
			if (other.managed()) {
				secret(environment, "TALLYGATE_SERVICE_SECRET_" + other.name());
			}
		}
	}

	/** The value the caller set, or the file the caller named, or the generated one. */
	private void secret(Map<String, String> environment, String name) {
		if (!inheritSecret(environment, name)) {
			environment.put(name, this.secrets.get(name));
		}
	}

	private boolean inheritSecret(Map<String, String> environment, String name) {
		if (inherit(environment, name)) {
			return true;
		}
		boolean inFile = inherit(environment, name + "_FILE");
		if (inFile) {
			environment.remove(name);
		}
		return inFile;
	}

	private boolean inherit(Map<String, String> environment, String name) {
		String value = this.outer.get(name);
		if (value == null || value.isBlank()) {
			return false;
		}
		environment.put(name, value);
		return true;
	}

	/** The administrator's key that is in force. */
	String adminKey() {
		Map<String, String> environment = new TreeMap<>();
		secret(environment, "TALLYGATE_ADMIN_KEY");
		String key = environment.get("TALLYGATE_ADMIN_KEY");
		if (key != null) {
			return key;
		}
		String file = environment.getOrDefault("TALLYGATE_ADMIN_KEY_FILE", "");
		try {
			return Files.readString(Path.of(file)).strip();
		}
		catch (IOException ex) {
			throw new LaunchException("TALLYGATE_ADMIN_KEY_FILE cannot be read: " + file, ex);
		}
	}

	String kafka() {
		return Ports.HOST + ":" + this.ports.kafka();
	}

	/** Where the services are, by variable. */
	Map<String, String> urls() {
		Map<String, String> urls = new LinkedHashMap<>();
		for (Service service : List.of(Service.GATEWAY, Service.KEYS, Service.METERING, Service.BUDGET, Service.CONSOLE,
				Service.SIMULATOR)) {
			if (this.services.contains(service)) {
				urls.put(service.urlVariable(), this.ports.url(service));
			}
		}
		return urls;
	}

	Map<String, String> internalUrls() {
		Map<String, String> urls = new LinkedHashMap<>();
		urls.put("TALLYGATE_GATEWAY_INTERNAL_URL", this.ports.url(Service.GATEWAY));
		urls.put("TALLYGATE_KEYS_INTERNAL_URL", this.ports.internalUrl(Service.KEYS));
		urls.put("TALLYGATE_BUDGETS_INTERNAL_URL", this.ports.internalUrl(Service.BUDGET));
		return urls;
	}

	/** A warning for the person at the terminal, where one is due. */
	List<String> warnings() {
		if (!this.services.contains(Service.SIMULATOR)) {
			return List.of();
		}
		return WITH_SYSTEM_KEY.stream().filter((provider) -> {
			String key = this.outer.getOrDefault(systemKey(provider), "");
			boolean elsewhere = this.outer
				.containsKey("TALLYGATE_PROVIDERS_" + provider.toUpperCase(Locale.ROOT) + "_BASE_URL");
			return !key.isBlank() && !key.startsWith("sk-sim-") && !elsewhere;
		})
			.map((provider) -> systemKey(provider) + " is set, and " + provider
					+ " is simulated: the simulator refuses keys that do not begin with sk-sim-. Unset it, or use --no-simulator.")
			.toList();
	}

}
