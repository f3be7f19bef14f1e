package dev.tallygate.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything: PostgreSQL, Kafka and every service that is built, each as a process of its
 * own.
 */
public final class Stack implements AutoCloseable {

	private static final Duration START_PATIENCE = Duration.ofMinutes(5);

	/** A gateway lets its streams end, for 30 s at most. */
	private static final Duration GATEWAY_GRACE = Duration.ofSeconds(40);

	private static final Duration GRACE = Duration.ofSeconds(20);

	private final Plan plan;

	private final Folders folders;

	private final Secrets secrets;

	private final Wiring wiring;

	private final Database database;

	private final Child broker;

	private final Map<Service, Child> services = new EnumMap<>(Service.class);

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Readiness.PATIENCE)
		.build();

	private Stack(Plan plan, Folders folders, Set<Service> built) {
		this.plan = plan;
		this.folders = folders;
		this.secrets = Secrets.open(folders.home());
		this.wiring = new Wiring(plan.ports(), this.secrets, folders.home(), built, plan.environment());
		this.database = new Database(folders.home(), folders.log("postgres"), plan.ports(), this.secrets);
		this.broker = new Child("kafka", brokerCommand(plan), this.wiring.base(), folders,
				Readiness.listening(plan.ports().kafka()));
		for (Service service : built) {
			this.services.put(service, child(service));
		}
	}

	/**
	 * What is to be started.
	 *
	 * @param root the folder of the project, where the built services are
	 * @param home where data lives
	 * @param ephemeral whether the home is removed in the end
	 * @param simulator whether the simulated provider takes part
	 * @param ports where everything listens
	 * @param environment what the caller has set
	 * @param more what single services get on top
	 */
	public record Plan(Path root, Path home, boolean ephemeral, boolean simulator, Ports ports,
			Map<String, String> environment, Map<Service, Map<String, String>> more) {

	}

	/**
	 * Makes everything ready to start: folders, lock, secrets.
	 * @throws LaunchException when a port is taken, the folder is in use or damaged
	 */
	public static Stack prepare(Plan plan) {
		Set<Service> built = built(plan);
		Folders folders = Folders.open(plan.home(), plan.ephemeral());
		try {
			Stack stack = new Stack(plan, folders, built);
			stack.stopLeftOvers();
			plan.ports().requireFree(built);
			return stack;
		}
		catch (RuntimeException ex) {
			folders.close();
			throw ex;
		}
	}

	private static Set<Service> built(Plan plan) {
		Set<Service> built = EnumSet.noneOf(Service.class);
		for (Service service : Service.values()) {
			if (jar(plan.root(), service) != null && (plan.simulator() || service != Service.SIMULATOR)) {
				built.add(service);
			}
		}
		return built;
	}

	private static @Nullable Path jar(Path root, Service service) {
		Path target = root.resolve(service.module()).resolve("target");
		if (!Files.isDirectory(target)) {
			return null;
		}
		try (Stream<Path> files = Files.list(target)) {
			return files.filter((file) -> file.getFileName().toString().endsWith("-exec.jar"))
				.findFirst()
				.map(Path::toAbsolutePath)
				.orElse(null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	private static List<String> brokerCommand(Plan plan) {
		Path settings = Broker.configure(plan.home().toAbsolutePath(), plan.ports());
		return List.of(java(), "-Xms64m", "-Xmx320m", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=64m",
				"-XX:+ExitOnOutOfMemoryError", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
				"--sun-misc-unsafe-memory-access=allow", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
				"-Dorg.slf4j.simpleLogger.showDateTime=true", "-cp", System.getProperty("java.class.path"),
				Broker.class.getName(), settings.toString());
	}

	private Child child(Service service) {
		Path jar = jar(this.plan.root(), service);
		List<String> command = new ArrayList<>(List.of(java(), "-Xms32m", "-Xmx" + service.heapMebibytes() + "m",
				"-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=80m", "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto",
				"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
		command.addAll(List.of("-XX:-UsePerfData", "-XX:-CreateCoredumpOnCrash"));
		if (service == Service.KEYS || service == Service.BUDGET || service == Service.CONSOLE) {
			// None of them is on the way of a call: a quick start is worth more than peak
			// speed.
			command.add("-XX:TieredStopAtLevel=1");
		}
		if (service == Service.KEYS || service == Service.GATEWAY) {
			// Both hold provider keys in plain text for a while.
			command.add("-XX:+DisableAttachMechanism");
		}
		command.add("-jar");
		command.add(String.valueOf(jar));
		Map<String, String> environment = new LinkedHashMap<>(this.wiring.of(service));
		environment.putAll(this.plan.more().getOrDefault(service, Map.of()));
		Ports ports = this.plan.ports();
		Readiness readiness = service.managed()
				? Readiness.answering(this.http, ports.managementUrl(service) + "/actuator/health/readiness")
				: Readiness.answering(this.http, ports.url(service) + "/sim/health");
		return new Child(service.module(), command, environment, this.folders, readiness);
	}

	private void stopLeftOvers() {
		this.services.values().forEach(Child::stopLeftOver);
		this.broker.stopLeftOver();
		this.database.stopLeftOver();
	}

	/**
	 * Starts everything and waits until it is ready.
	 * @param progress told about each part as it gets ready
	 * @throws LaunchException when a part does not start
	 */
	public void start(Consumer<String> progress) throws InterruptedException {
		long began = System.nanoTime();
		this.secrets.save();
		this.broker.start();
		startOne(Service.SIMULATOR);
		this.database.start();
		this.secrets.save();
		progress.accept(line("postgresql", began));
		this.broker.awaitReady(START_PATIENCE);
		progress.accept(line("kafka", began));
		for (Service service : Service.values()) {
			if (service != Service.SIMULATOR) {
				startOne(service);
			}
		}
		for (Map.Entry<Service, Child> entry : this.services.entrySet()) {
			entry.getValue().awaitReady(START_PATIENCE);
			progress.accept(line(entry.getKey().module(), began));
		}
	}

	private static String line(String name, long began) {
		double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
		return String.format(Locale.ROOT, "  %-18s ready after %4.1f s", name, seconds);
	}

	private void startOne(Service service) {
		Child child = this.services.get(service);
		if (child != null) {
			child.start();
		}
	}

	/** The demo user's key; the user is made when there is none. */
	public String demoKey() throws InterruptedException {
		return new Demo(this.http, this.plan.ports().url(Service.KEYS), adminKey(), this.secrets).key();
	}

	/** The administrator's key. */
	public String adminKey() {
		return this.wiring.adminKey();
	}

	/** Whether a service is built and takes part. */
	public boolean has(Service service) {
		return this.services.containsKey(service);
	}

	/** The process of a service that takes part. */
	public Child service(Service service) {
		Child child = this.services.get(service);
		if (child == null) {
			throw new IllegalArgumentException(service.module() + " is not built");
		}
		return child;
	}

	/** The process of the broker. */
	public Child broker() {
		return this.broker;
	}

	/** The database server. */
	public Database database() {
		return this.database;
	}

	/** Where everything listens. */
	public Ports ports() {
		return this.plan.ports();
	}

	/** Where the broker is. */
	public String kafka() {
		return this.wiring.kafka();
	}

	/** What a client needs to know, as variables. */
	public Map<String, String> clientSettings() throws InterruptedException {
		Map<String, String> settings = new LinkedHashMap<>(this.wiring.urls());
		settings.put("TALLYGATE_KAFKA", kafka());
		for (Service service : this.services.keySet()) {
			if (service.managed()) {
				settings.put("TALLYGATE_" + service.name() + "_MANAGEMENT_URL",
						this.plan.ports().managementUrl(service));
			}
		}
		if (has(Service.KEYS)) {
			settings.put("TALLYGATE_ADMIN_KEY", adminKey());
			settings.put("TALLYGATE_DEMO_KEY", demoKey());
		}
		return settings;
	}

	/** What the person at the terminal should know before the start. */
	List<String> warnings() {
		return this.wiring.warnings();
	}

	/** Every process but the database's. */
	List<Child> children() {
		List<Child> children = new ArrayList<>(this.services.values());
		children.add(this.broker);
		return children;
	}

	/**
	 * Stops everything: first the gateway, so that what it knows gets to Kafka, then
	 * those who read it, the broker and the database in the end.
	 */
	@Override
	public void close() {
		Child gateway = this.services.get(Service.GATEWAY);
		if (gateway != null) {
			gateway.stop(GATEWAY_GRACE);
		}
		List<Thread> stopping = this.services.values()
			.stream()
			.map((child) -> Thread.ofVirtual().start(() -> child.stop(GRACE)))
			.toList();
		stopping.forEach(Stack::join);
		this.broker.stop(GRACE);
		this.database.stop();
		this.folders.close();
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
