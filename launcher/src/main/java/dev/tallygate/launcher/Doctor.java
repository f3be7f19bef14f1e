package dev.tallygate.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything an installation leans on, from where it would run, and changes
 * nothing: configuration, disk, providers, clocks, Kafka, database and the services that
 * run. It never prints a secret.
 */
final class Doctor {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/** A clock further off than this moves calls into another day. */
	private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

	private static final long ENOUGH_DISK = 1L << 30;

	private static final int SECRET_LENGTH = 32;

	private static final Pattern KEYS_WITH_ID = Pattern
		.compile("[A-Za-z0-9._-]{1,32}:[0-9a-fA-F]{64}(,[A-Za-z0-9._-]{1,32}:[0-9a-fA-F]{64})*");

	/** Who needs such a list. */
	private static final Map<String, String> WITH_ID = Map.of("TALLYGATE_MASTER_KEY", "key-service",
			"TALLYGATE_WEBHOOKS_KEY", "budget-service");

	private static final Pattern BASE_URL = Pattern.compile("TALLYGATE_PROVIDERS_([A-Z0-9_]+)_BASE_URL");

	private static final Pattern SECRET = Pattern.compile(
			"[A-Z0-9]+_API_KEY|TALLYGATE_MASTER_KEY|TALLYGATE_WEBHOOKS_KEY|TALLYGATE_ADMIN_KEY|TALLYGATE_SERVICE_SECRET_[A-Z]+");

	private static final Map<String, String> KNOWN_PROVIDERS = Map.of("OPENAI", "https://api.openai.com/v1",
			"ANTHROPIC", "https://api.anthropic.com/v1", "MANUS", "https://forge.manus.im/v1");

	private static final Set<String> TOPICS = Set.of("tallygate.usage.v1", "tallygate.budget-status.v1",
			"tallygate.alerts.v1", "tallygate.keys.v1", "tallygate.users.v1");

	private final Path home;

	private final Map<String, String> environment;

	private final Map<String, String> running;

	private final Clock clock;

	private final List<Finding> findings = new ArrayList<>();

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(PATIENCE)
		.build();

	/**
	 * Looks from here.
	 * @param home where data lives
	 * @param environment what the operator has set
	 * @param running the client settings of what runs here; empty when nothing does
	 */
	Doctor(Path home, Map<String, String> environment, Map<String, String> running, Clock clock) {
		this.home = home;
		this.environment = environment;
		this.running = running;
		this.clock = clock;
	}

	/** Prints what is found; says whether all is well. */
	static boolean run(Path home, Map<String, String> environment) {
		Map<String, String> running = settings(home.resolve("quickstart.env"));
		List<Finding> findings = new Doctor(home, environment, running, Clock.systemUTC()).examine();
		for (Finding finding : findings) {
			System.out.println(switch (finding) {
				case Finding.Well _ -> "ok     ";
				case Finding.Skipped _ -> "-      ";
				case Finding.Fault _ -> "FAULT  ";
			} + finding.sentence());
		}
		long faults = findings.stream().filter(Finding.Fault.class::isInstance).count();
		System.out.println((faults == 0) ? "Nothing is wrong."
				: (faults == 1) ? "One thing is wrong." : faults + " things are wrong.");
		return faults == 0;
	}

	private static Map<String, String> settings(Path file) {
		Map<String, String> settings = new TreeMap<>();
		try {
			for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
				int equals = line.indexOf('=');
				if (equals > 0) {
					settings.put(line.substring(0, equals), line.substring(equals + 1));
				}
			}
			return settings;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<Finding> examine() {
		configuration();
		disk();
		providers();
		kafka();
		database();
		services();
		return List.copyOf(this.findings);
	}

	private void configuration() {
		int before = this.findings.size();
		Set<String> names = new TreeSet<>(this.environment.keySet());
		for (String name : names) {
			String plain = name.endsWith("_FILE") ? name.substring(0, name.length() - "_FILE".length()) : name;
			if (SECRET.matcher(plain).matches() && !value(name).isEmpty()) {
				secret(plain, name);
			}
			else if (BASE_URL.matcher(name).matches() && !isAddress(value(name))) {
				fault(name
						+ " is not a whole http or https address; include the version path, as in https://api.example.com/v1.");
			}
		}
		if (this.findings.size() == before) {
			well("The configuration that is set here is well-formed.");
		}
	}

	private void secret(String plain, String name) {
		if (!name.equals(plain) && !value(plain).isEmpty()) {
			fault(plain + " and " + name + " are both set; set one of them.");
			return;
		}
		String secret = name.equals(plain) ? value(name) : read(name);
		if (secret == null) {
			fault(name + " names a file that cannot be read; name one that this user may read.");
		}
		else if (WITH_ID.containsKey(plain) && !KEYS_WITH_ID.matcher(secret).matches()) {
			fault(name + " is not a list of id:64 hex digits, comma-separated; " + WITH_ID.get(plain)
					+ " will not start with it.");
		}
		else if ((plain.equals("TALLYGATE_ADMIN_KEY") || plain.startsWith("TALLYGATE_SERVICE_SECRET_"))
				&& secret.length() < SECRET_LENGTH) {
			fault(name + " is shorter than " + SECRET_LENGTH + " characters; the services will not start with it.");
		}
	}

	private @Nullable String read(String name) {
		try {
			return Files.readString(Path.of(value(name))).strip();
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	private void disk() {
		String spool = value("TALLYGATE_SPOOL_DIRECTORY");
		for (Path folder : spool.isEmpty() ? List.of(this.home) : List.of(this.home, Path.of(spool))) {
			Path there = folder.toAbsolutePath();
			while (!Files.exists(there) && there.getParent() != null) {
				there = there.getParent();
			}
			try {
				long free = Files.getFileStore(there).getUsableSpace();
				if (!Files.isWritable(there)) {
					fault(there + " cannot be written to by this user; give it the folder or name another.");
				}
				else if (free < ENOUGH_DISK) {
					fault("The disk of " + there + " has " + (free >> 20)
							+ " MiB left; free at least 1 GiB, or calls are refused when the spool cannot grow.");
				}
				else {
					well("The disk of " + there + " has " + (free >> 30) + " GiB left.");
				}
			}
			catch (IOException ex) {
				fault("The disk of " + there + " cannot be looked at: " + ex.getMessage() + '.');
			}
		}
	}

	private void providers() {
		Map<String, String> providers = new TreeMap<>();
		KNOWN_PROVIDERS.forEach((name, url) -> {
			if (!value(name + "_API_KEY").isEmpty() || !value(name + "_API_KEY_FILE").isEmpty()) {
				providers.put(name, url);
			}
		});
		this.environment.forEach((name, value) -> {
			var baseUrl = BASE_URL.matcher(name);
			if (baseUrl.matches() && isAddress(value)) {
				providers.put(baseUrl.group(1), value);
			}
		});
		if (providers.isEmpty()) {
			skipped("No provider is configured here, so none was reached.");
		}
		providers.forEach((name, url) -> provider(name.toLowerCase(Locale.ROOT), url));
	}

	/** Any answer will do: whether a key is good is key-service's to say. */
	private void provider(String name, String url) {
		HttpResponse<Void> answer = get(url.replaceAll("/+$", "") + "/models");
		if (answer == null) {
			fault("Provider " + name + " does not answer at " + url
					+ "; look at its base URL, at DNS, and at what lets this machine out.");
			return;
		}
		if (answer.statusCode() == 404 || answer.statusCode() >= 500) {
			fault("Provider " + name + " answers " + answer.statusCode() + " at " + url
					+ "/models; does its base URL include the version path?");
		}
		else {
			well("Provider " + name + " answers at " + url + '.');
		}
		answer.headers().firstValue("date").ifPresent((date) -> {
			try {
				Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
				clock(theirs, "provider " + name);
			}
			catch (DateTimeException ex) {
				skipped("Provider " + name + " tells no time.");
			}
		});
	}

	private void clock(Instant theirs, String whose) {
		Duration off = Duration.between(theirs, this.clock.instant()).abs();
		if (off.compareTo(CLOCK_TOLERANCE) > 0) {
			fault("This machine's clock and that of " + whose + " are " + off.toSeconds()
					+ " s apart; calls would count in the wrong day and keys end at the wrong time: set up NTP.");
		}
	}

	private void kafka() {
		String servers = value("SPRING_KAFKA_BOOTSTRAP_SERVERS");
		if (servers.isEmpty()) {
			servers = this.running.getOrDefault("TALLYGATE_KAFKA", "");
		}
		if (servers.isEmpty()) {
			skipped("No Kafka is named (SPRING_KAFKA_BOOTSTRAP_SERVERS) and none runs here.");
			return;
		}
		Map<String, Object> client = new TreeMap<>(Map.of("bootstrap.servers", servers, "request.timeout.ms",
				(int) PATIENCE.toMillis(), "default.api.timeout.ms", (int) PATIENCE.toMillis()));
		this.environment.forEach((name, value) -> {
			if (name.startsWith("SPRING_KAFKA_PROPERTIES_") && !value.isBlank()) {
				client.put(
						name.substring("SPRING_KAFKA_PROPERTIES_".length()).toLowerCase(Locale.ROOT).replace('_', '.'),
						value);
			}
		});
		try (Admin admin = Admin.create(client)) {
			Set<String> there = admin.listTopics().names().get(PATIENCE.toSeconds() + 1, TimeUnit.SECONDS);
			Set<String> missing = new TreeSet<>(TOPICS);
			missing.removeAll(there);
			if (missing.isEmpty()) {
				well("Kafka answers at " + servers + " and has every topic.");
			}
			else {
				fault("Kafka at " + servers + " does not have or show " + String.join(", ", missing)
						+ "; start the services that make them, or let this user describe them.");
			}
		}
		catch (ExecutionException | TimeoutException | KafkaException ex) {
			fault("Kafka does not answer at " + servers + " (" + rootOf(ex)
					+ "); look at its address, TLS and SASL settings.");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void database() {
		String url = value("SPRING_DATASOURCE_URL");
		if (url.isEmpty()) {
			skipped("No database is named (SPRING_DATASOURCE_URL).");
			return;
		}
		String password = value("SPRING_DATASOURCE_PASSWORD");
		if (password.isEmpty()) {
			String inFile = read("SPRING_DATASOURCE_PASSWORD_FILE");
			password = (inFile != null) ? inFile : "";
		}
		DriverManager.setLoginTimeout((int) PATIENCE.toSeconds());
		try (Connection connection = DriverManager.getConnection(url, value("SPRING_DATASOURCE_USERNAME"), password);
				Statement sql = connection.createStatement();
				ResultSet now = sql.executeQuery("SELECT now(), current_setting('server_version_num')::int")) {
			now.next();
			Instant theirs = now.getTimestamp(1).toInstant();
			int version = now.getInt(2);
			if (version < 180000) {
				fault("The database is PostgreSQL " + version / 10000 + "; Tallygate needs 18 or newer.");
			}
			else {
				well("The database answers as " + value("SPRING_DATASOURCE_USERNAME") + '.');
			}
			clock(theirs, "the database");
		}
		catch (SQLException ex) {
			fault("The database does not let " + value("SPRING_DATASOURCE_USERNAME") + " in (SQLSTATE "
					+ ex.getSQLState() + "); look at SPRING_DATASOURCE_URL, name and password.");
		}
	}

	private void services() {
		if (this.running.isEmpty()) {
			skipped("Nothing runs here, so no service was asked.");
		}
		this.running.forEach((name, url) -> {
			if (name.endsWith("_MANAGEMENT_URL")) {
				String service = name.substring("TALLYGATE_".length(), name.length() - "_MANAGEMENT_URL".length())
					.toLowerCase(Locale.ROOT);
				HttpResponse<Void> answer = get(url + "/actuator/health/readiness");
				if (answer == null) {
					fault("Service " + service + " does not answer; look at its log in " + this.home.resolve("logs")
							+ '.');
				}
				else if (answer.statusCode() != 200) {
					fault("Service " + service + " is not ready (" + answer.statusCode() + "); ask " + url
							+ "/actuator/health what it waits for.");
				}
				else {
					well("Service " + service + " is ready.");
				}
			}
		});
	}

	private @Nullable HttpResponse<Void> get(String url) {
		try {
			return this.http.send(HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
					HttpResponse.BodyHandlers.discarding());
		}
		catch (IOException | IllegalArgumentException ex) {
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

	private static boolean isAddress(String text) {
		try {
			URI uri = URI.create(text);
			return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static String rootOf(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return root.getClass().getSimpleName();
	}

	private String value(String name) {
		return this.environment.getOrDefault(name, "").strip();
	}

	private void well(String sentence) {
		this.findings.add(new Finding.Well(sentence));
	}

	private void skipped(String sentence) {
		this.findings.add(new Finding.Skipped(sentence));
	}

	private void fault(String sentence) {
		this.findings.add(new Finding.Fault(sentence));
	}

}
