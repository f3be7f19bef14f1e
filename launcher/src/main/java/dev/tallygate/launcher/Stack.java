package dev.tallygate.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Collectors;
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

	/** A JVM that was rehearsed writes down what it saw when it ends. */
	private static final Duration REHEARSAL_GRACE = Duration.ofMinutes(2);

	/** CPU time (JEP 509), and nothing that shows secrets. */
	private static final String RECORDED = "jdk.CPUTimeSample#enabled=true,jdk.ExecutionSample#enabled=false,"
			+ "jdk.NativeMethodSample#enabled=false,jdk.InitialEnvironmentVariable#enabled=false,"
			+ "jdk.InitialSystemProperty#enabled=false,";

	/**
	 * The second compiler inlines less, and later. A call costs the same afterwards, and
	 * the first thousands, of which most was compiling, a third less
	 * (docs/performance.md).
	 */
	private static final List<String> COMPILE_LESS = List.of("-XX:MaxInlineLevel=9", "-XX:FreqInlineSize=150",
			"-XX:InlineSmallCode=1200", "-XX:Tier4InvocationThreshold=15000", "-XX:Tier4MinInvocationThreshold=2000",
			"-XX:Tier4CompileThreshold=45000");

	private final Plan plan;

	private final Folders folders;

	private final Secrets secrets;

	private final Wiring wiring;

	private final Database database;

	private final Child broker;

	private final boolean rehearsing;

	private final Map<Child, Program> programs = new LinkedHashMap<>();

	private final Map<Service, Child> services = new EnumMap<>(Service.class);

	/** The second gateway and those after it. */
	private final List<Child> moreGateways = new ArrayList<>();

	private @Nullable Guard guard;

	private boolean closed;

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Readiness.PATIENCE)
		.build();

	private Stack(Plan plan, Folders folders, Map<Service, Path> built, boolean rehearsing) {
		this.plan = plan;
		this.folders = folders;
		this.rehearsing = rehearsing;
		this.secrets = Secrets.open(folders.home());
		this.wiring = new Wiring(plan.ports(), this.secrets, folders.home(), built.keySet(), plan.environment());
		this.database = new Database(folders.home(), folders.log("postgres"), plan.ports(), this.secrets);
		this.broker = child("kafka", broker(plan), this.wiring.base(), Readiness.listening(plan.ports().kafka()));
		built.forEach((service, jar) -> this.services.put(service, child(service, jar)));
		Path gateway = built.get(Service.GATEWAY);
		for (int number = 2; gateway != null && number <= plan.gateways(); number++) {
			this.moreGateways.add(gateway(number, gateway));
		}
	}

	/**
	 * What is to be started.
	 *
	 * @param root the folder of the project, where the built services are
	 * @param home where data lives
	 * @param ephemeral whether the home is removed in the end
	 * @param simulator whether the simulated provider takes part
	 * @param gateways how many gateways there are, at least 1
	 * @param ports where everything listens
	 * @param environment what the caller has set
	 * @param more what single services get on top
	 */
	public record Plan(Path root, Path home, boolean ephemeral, boolean simulator, int gateways, Ports ports,
			Map<String, String> environment, Map<Service, Map<String, String>> more) {

	}

	/**
	 * Makes everything ready to start: folders, lock, secrets.
	 * @throws LaunchException when a port is taken, the folder is in use or damaged
	 */
	public static Stack prepare(Plan plan) {
		return prepare(plan, false);
	}

	/** The same to rehearse a start in, so that later ones are quick. */
	static Stack rehearse(Plan plan) {
		return prepare(plan, true);
	}

	private static Stack prepare(Plan plan, boolean rehearsing) {
		Map<Service, Path> built = built(plan);
		Folders folders = Folders.open(plan.home(), plan.ephemeral());
		try {
			Stack stack = new Stack(plan, folders, built, rehearsing);
			stack.stopLeftOvers();
			plan.ports().requireFree(built.keySet(), plan.gateways());
			return stack;
		}
		catch (RuntimeException ex) {
			folders.close();
			throw ex;
		}
	}

	private static Map<Service, Path> built(Plan plan) {
		Map<Service, Path> built = new EnumMap<>(Service.class);
		for (Service service : Service.values()) {
			Path jar = jar(plan.root(), service);
			if (jar != null && (plan.simulator() || service != Service.SIMULATOR)) {
				built.put(service, jar);
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
			List<Path> jars = files.filter((file) -> file.getFileName().toString().endsWith("-exec.jar"))
				.map(Path::toAbsolutePath)
				.sorted()
				.toList();
			if (jars.size() > 1) {
				// Any of them could be of the version before.
				throw new LaunchException("There are several builds of " + service.module() + ": "
						+ jars.stream().map((jar) -> jar.getFileName().toString()).collect(Collectors.joining(", "))
						+ ". Delete " + target + " and start again; it is built anew.");
			}
			return jars.isEmpty() ? null : jars.getFirst();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Program broker(Plan plan) {
		Path settings = Broker.configure(plan.home().toAbsolutePath(), plan.ports());
		List<String> flags = new ArrayList<>(List.of("-Xms64m", "-Xmx320m", "-XX:+UseSerialGC",
				"-XX:+UseCompactObjectHeaders", "-XX:ReservedCodeCacheSize=64m", "-XX:+ExitOnOutOfMemoryError",
				"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
				"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"));
		flags.addAll(COMPILE_LESS);
		flags.addAll(compileAfter(16));
		return Program.ofClass(Broker.class, flags, settings.toString());
	}

	/**
	 * What a rehearsal saw in the second compiler is handed to it again at the first look
	 * at how often it was called, whatever the thresholds. By default that is after 2,048
	 * calls (2¹¹) or 16,384 turns of its loops, to which a start itself brings most of
	 * it: a quarter of a start was compiling what hardly ran again (docs/performance.md).
	 * @param log the binary logarithm of how many calls are to come before the look
	 */
	private static List<String> compileAfter(int log) {
		return List.of("-XX:Tier2InvokeNotifyFreqLog=" + log, "-XX:Tier2BackedgeNotifyFreqLog=" + (log + 3));
	}

	private static Program program(Service service, Path jar) {
		List<String> flags = new ArrayList<>(List.of("-Xms32m", "-Xmx" + service.heapMebibytes() + "m",
				"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-XX:ReservedCodeCacheSize=80m",
				"-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED",
				"--sun-misc-unsafe-memory-access=allow", "-XX:-UsePerfData", "-XX:-CreateCoredumpOnCrash"));
		if (service == Service.KEYS || service == Service.CONSOLE) {
			// Neither has work with every call: a quick start is worth more than peak
			// speed.
			flags.add("-XX:TieredStopAtLevel=1");
		}
		else {
			flags.addAll(COMPILE_LESS);
			// Of a call more is compiled than of an event, and it is to be quick sooner.
			flags.addAll(compileAfter((service == Service.GATEWAY) ? 15 : 16));
		}
		if (service == Service.GATEWAY) {
			// It shares the machine with all the others. Calls that share one processor
			// wake no other for each other.
			flags.add("-Djdk.virtualThreadScheduler.parallelism="
					+ Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
		}
		if (service == Service.KEYS || service == Service.GATEWAY) {
			// Both hold provider keys in plain text for a while.
			flags.add("-XX:+DisableAttachMechanism");
		}
		// Boot's tools take no jar apart that has no Spring in it, as the simulator's.
		return service.managed() ? Program.ofBoot(jar, flags) : Program.of(jar, flags);
	}

	private Child child(Service service, Path jar) {
		Map<String, String> environment = new LinkedHashMap<>(this.wiring.of(service));
		environment.putAll(this.plan.more().getOrDefault(service, Map.of()));
		Ports ports = this.plan.ports();
		Readiness readiness = service.managed()
				? Readiness.answering(this.http, ports.managementUrl(service) + "/actuator/health/readiness")
				: Readiness.answering(this.http, ports.url(service) + "/sim/health");
		return child(service.module(), program(service, jar), environment, readiness);
	}

	/**
	 * Another process of a service, on the same data, beside the one of this stack.
	 * Whoever asks for it starts and stops it.
	 * @param ports where it listens
	 * @param more what it gets on top of, and instead of, what the first one gets
	 */
	public Child another(Service service, Ports ports, Map<String, String> more) {
		Path jar = jar(this.plan.root(), service);
		if (jar == null || !service.managed()) {
			throw new IllegalArgumentException(service.module() + " is not built, or is no service");
		}
		Map<String, String> environment = new LinkedHashMap<>(this.wiring.of(service));
		environment.putAll(this.plan.more().getOrDefault(service, Map.of()));
		environment.put("SERVER_PORT", String.valueOf(ports.of(service)));
		environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(ports.management(service)));
		environment.put("TALLYGATE_INTERNAL_PORT", String.valueOf(ports.internal(service)));
		environment.putAll(more);
		Program program = program(service, jar);
		return new Child(service.module() + '-' + ports.of(service), () -> program.command(List.of()), environment,
				this.folders,
				Readiness.answering(this.http, ports.managementUrl(service) + "/actuator/health/readiness"));
	}

	/** The second gateway or one after it. */
	private Child gateway(int number, Path jar) {
		Map<String, String> environment = new LinkedHashMap<>(this.wiring.ofGateway(number));
		environment.putAll(this.plan.more().getOrDefault(Service.GATEWAY, Map.of()));
		return child(Service.GATEWAY.module() + '-' + number, program(Service.GATEWAY, jar), environment, Readiness
			.answering(this.http, this.plan.ports().managementUrlOfGateway(number) + "/actuator/health/readiness"));
	}

	private Child child(String name, Program program, Map<String, String> environment, Readiness readiness) {
		Child child = new Child(name, this.rehearsing ? program::rehearsal : () -> program.command(recording(name)),
				environment, this.folders, readiness);
		this.programs.put(child, program);
		return child;
	}

	/**
	 * A flight recording for whoever wants to know where a process spends its time. From
	 * the start, for a gateway refuses to be attached to.
	 */
	private List<String> recording(String name) {
		String folder = this.plan.environment().getOrDefault("TALLYGATE_RECORDINGS", "");
		return folder.isBlank() ? List.of() : List.of("-XX:StartFlightRecording=settings=profile," + RECORDED
				+ "filename=" + Path.of(folder).resolve(name + ".jfr"));
	}

	private void stopLeftOvers() {
		this.services.values().forEach(Child::stopLeftOver);
		this.moreGateways.forEach(Child::stopLeftOver);
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
		unlessClosed(() -> this.guard = Guard.over(this.folders.home(), this.plan.ephemeral()));
		unlessClosed(this.broker::start);
		startOne(Service.SIMULATOR);
		unlessClosed(this.database::start);
		this.secrets.save();
		progress.accept(line("postgresql", began));
		awaitReady(this.broker);
		progress.accept(line("kafka", began));
		for (Service service : Service.values()) {
			if (service != Service.SIMULATOR) {
				startOne(service);
			}
		}
		this.moreGateways.forEach((gateway) -> unlessClosed(gateway::start));
		for (Map.Entry<Service, Child> entry : this.services.entrySet()) {
			awaitReady(entry.getValue());
			progress.accept(line(entry.getKey().module(), began));
		}
		for (Child gateway : this.moreGateways) {
			awaitReady(gateway);
			progress.accept(line(gateway.name(), began));
		}
	}

	/**
	 * Starts a part that ended by itself again, or a part that was stopped.
	 * @throws LaunchException when everything is being stopped
	 */
	void restart(Runnable start) {
		unlessClosed(start);
	}

	/**
	 * What a JVM remembers of a rehearsal must not be what keeps it from starting.
	 */
	private void awaitReady(Child child) throws InterruptedException {
		try {
			child.awaitReady(START_PATIENCE);
		}
		catch (LaunchException ex) {
			Program program = this.programs.get(child);
			if (this.rehearsing || child.alive() || program == null || !program.forget()) {
				throw ex;
			}
			unlessClosed(child::start);
			child.awaitReady(START_PATIENCE);
		}
	}

	private static String line(String name, long began) {
		double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
		return String.format(Locale.ROOT, "  %-18s ready after %4.1f s", name, seconds);
	}

	private void startOne(Service service) {
		Child child = this.services.get(service);
		if (child != null) {
			unlessClosed(child::start);
		}
	}

	/** Told to stop meanwhile: what was not started yet is not started any more. */
	private synchronized void unlessClosed(Runnable start) {
		if (this.closed) {
			throw new LaunchException("Everything is being stopped.");
		}
		start.run();
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
		if (has(Service.GATEWAY)) {
			settings.put("TALLYGATE_GATEWAY_URLS", String.join(",", gatewayUrls()));
		}
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

	/** Where the gateways answer, the first one first. */
	public List<String> gatewayUrls() {
		return IntStream.rangeClosed(1, this.moreGateways.size() + 1).mapToObj(ports()::urlOfGateway).toList();
	}

	/** The processes of the gateways, the first one first. */
	public List<Child> gateways() {
		List<Child> gateways = new ArrayList<>(List.of(service(Service.GATEWAY)));
		gateways.addAll(this.moreGateways);
		return gateways;
	}

	/** What the person at the terminal should know before the start. */
	List<String> warnings() {
		return this.wiring.warnings();
	}

	/** Every process but the database's. */
	List<Child> children() {
		List<Child> children = new ArrayList<>(this.services.values());
		children.addAll(this.moreGateways);
		children.add(this.broker);
		return children;
	}

	/** Takes every part apart whose start is to be rehearsed. */
	void takeApart() throws IOException, InterruptedException {
		for (Program program : this.programs.values()) {
			program.prepare();
		}
	}

	/**
	 * Stops everything, and keeps what the parts that ended in good order leave for later
	 * starts.
	 */
	void closeAndRemember() throws IOException {
		Set<Child> wellEnded = stop(REHEARSAL_GRACE, REHEARSAL_GRACE, 2);
		for (Child child : wellEnded) {
			Program program = this.programs.get(child);
			if (program != null) {
				program.adopt();
			}
		}
	}

	/**
	 * Stops everything: first the gateways, so that what they know gets to Kafka, then
	 * those who read it, the broker and the database in the end.
	 */
	@Override
	public void close() {
		stop(GATEWAY_GRACE, GRACE, this.services.size() + 1);
	}

	/** Says what ended in good order. */
	private Set<Child> stop(Duration gatewayGrace, Duration grace, int atOnce) {
		synchronized (this) {
			this.closed = true;
		}
		Set<Child> wellEnded = ConcurrentHashMap.newKeySet();
		Child gateway = this.services.get(Service.GATEWAY);
		List<Child> others = new ArrayList<>(this.services.values());
		others.remove(gateway);
		stop((gateway != null) ? gateways() : List.of(), gatewayGrace, atOnce, wellEnded);
		stop(others, grace, atOnce, wellEnded);
		note(this.broker, this.broker.stop(grace), wellEnded);
		this.database.stop();
		if (this.guard != null) {
			this.guard.close();
		}
		this.folders.close();
		return wellEnded;
	}

	private static void stop(List<Child> children, Duration grace, int atOnce, Set<Child> wellEnded) {
		try (ExecutorService stopping = Executors.newFixedThreadPool(atOnce)) {
			for (Child child : children) {
				stopping.execute(() -> note(child, child.stop(grace), wellEnded));
			}
		}
	}

	private static void note(Child child, boolean well, Set<Child> wellEnded) {
		if (well) {
			wellEnded.add(child);
		}
	}

}
