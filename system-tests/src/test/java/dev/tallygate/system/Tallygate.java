package dev.tallygate.system;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.tallygate.launcher.Child;
import dev.tallygate.launcher.Ports;
import dev.tallygate.launcher.Service;
import dev.tallygate.launcher.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import tools.jackson.databind.JsonNode;

/**
 * The running product, as its users and its operator see it.
 */
final class Tallygate implements AutoCloseable {

	private static final Duration READY = Duration.ofMinutes(5);

	/** A gateway lets its calls end, for 30 s at most. */
	private static final Duration DRAINED = Duration.ofSeconds(60);

	/** Short, so that tests need not freeze a consumer for long. */
	private static final Map<String, String> SHORT_SESSION = Map.of("TALLYGATE_INTAKE_SESSION_TIMEOUT", "2s");

	/** Load repeats itself; the guard against that is tested where it is. */
	private static final Map<String, String> LOAD_IS_MEANT = Map.of("TALLYGATE_GUARD_REPEATS", "0");

	private final Stack.Plan plan;

	private Stack stack;

	private boolean failed;

	private Tallygate(Stack.Plan plan) {
		this.plan = plan;
		this.stack = start(plan);
	}

	static Tallygate start() {
		Path root = Path.of(System.getProperty("tallygate.root", "..")).toAbsolutePath().normalize();
		try {
			Path home = Files.createTempDirectory("tallygate-system");
			return new Tallygate(new Stack.Plan(root, home, false, true, 1, Ports.free(),
					Map.of("PATH", System.getenv("PATH")), Map.of(Service.METERING, SHORT_SESSION, Service.BUDGET,
							SHORT_SESSION, Service.GATEWAY, LOAD_IS_MEANT)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stack start(Stack.Plan plan) {
		Stack stack = Stack.prepare(plan);
		try {
			for (Service service : Service.values()) {
				stack.service(service);
			}
			stack.start((line) -> {
			});
			return stack;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			stack.close();
			throw new IllegalStateException(ex);
		}
		catch (RuntimeException ex) {
			stack.close();
			throw ex;
		}
	}

	/** Stops everything in order and starts it again on the same data. */
	void restart() {
		this.stack.close();
		this.stack = start(this.plan);
	}

	/** Another process of a service beside the first; not started yet. */
	Child another(Service service, Ports ports, Map<String, String> more) {
		return this.stack.another(service, ports, more);
	}

	/** The number of a service's process. */
	long pid(Service service) {
		return this.stack.service(service).pid();
	}

	/** Ends a service as {@code kill -9} does. */
	void kill(Service service) {
		this.stack.service(service).kill();
	}

	/** Starts a killed service and waits until it is ready. */
	void startAgain(Service service) throws InterruptedException {
		this.stack.service(service).start();
		this.stack.service(service).awaitReady(READY);
	}

	/**
	 * Asks a service to stop, as an operator does, and waits until it has.
	 * @return whether it did so by itself
	 */
	boolean terminate(Service service) {
		return this.stack.service(service).stop(DRAINED);
	}

	/** Stops the clock of a service; it does not know. */
	void freeze(Service service) {
		freeze(this.stack.service(service).pid());
	}

	void thaw(Service service) {
		thaw(this.stack.service(service).pid());
	}

	static void freeze(long pid) {
		signal("-STOP", pid);
	}

	static void thaw(long pid) {
		signal("-CONT", pid);
	}

	private static void signal(String signal, long pid) {
		command("kill", signal, Long.toString(pid));
	}

	/** From now on the disk takes nothing of what a service writes. */
	void fillDisk(Service service) {
		command("prlimit", "--fsize=0:", "--pid", Long.toString(this.stack.service(service).pid()));
	}

	void freeDisk(Service service) {
		command("prlimit", "--fsize=unlimited:", "--pid", Long.toString(this.stack.service(service).pid()));
	}

	/** Whether this machine can play a full disk: by a limit that can be lifted again. */
	static boolean canFillDisks() {
		try {
			Process limit = new ProcessBuilder("prlimit", "--fsize", "--raw", "--noheadings", "--output=HARD").start();
			String hard = new String(limit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return hard.strip().equals("unlimited");
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static void command(String... command) {
		try {
			int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
			if (exit != 0) {
				throw new AssertionError(String.join(" ", command) + " failed with " + exit);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Ends the database's first process as {@code kill -9} does. */
	void killDatabase() {
		ProcessHandle server = this.stack.database().postmaster().orElseThrow();
		server.destroyForcibly();
		server.onExit().join();
	}

	void startDatabaseAgain() {
		this.stack.database().stop();
		this.stack.database().start();
	}

	void killBroker() {
		this.stack.broker().kill();
	}

	void startBrokerAgain() throws InterruptedException {
		this.stack.broker().start();
		this.stack.broker().awaitReady(READY);
	}

	String kafka() {
		return this.stack.kafka();
	}

	String url(Service service) {
		return this.stack.ports().url(service);
	}

	/** Whether a service says that it can be given work. */
	boolean ready(Service service) throws InterruptedException {
		return this.stack.service(service).ready();
	}

	/** What a service says of its health, in one word. */
	String health(Service service) {
		Api management = new Api(this.stack.ports().managementUrl(service), "");
		return Api.JSON.readTree(management.send("GET", "/actuator/health", "").body()).at("/status").asString("");
	}

	/** How many consumers these groups have, as the broker sees it. */
	long consumers(String... groups) {
		try (Admin kafka = Admin.create(Map.of("bootstrap.servers", kafka()))) {
			return kafka.describeConsumerGroups(List.of(groups))
				.all()
				.get()
				.values()
				.stream()
				.mapToLong((group) -> group.members().size())
				.sum();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Api admin(Service service) {
		return new Api(url(service), this.stack.adminKey());
	}

	/** A new ordinary user. */
	User newUser() {
		String email = "u-" + UUID.randomUUID() + "@example.com";
		JsonNode created = admin(Service.KEYS).expect(201, "POST", "/api/users",
				"{\"email\":\"" + email + "\",\"displayName\":\"System test\"}");
		return new User(created.at("/user/id").stringValue(), created.at("/apiKey/secret").stringValue());
	}

	/** What the provider billed and what Tallygate has in its books. */
	Books books(User... users) {
		return new Books(this, users);
	}

	/** A test failed: what lies in the folder is to be looked at. */
	void keep() {
		this.failed = true;
	}

	@Override
	public void close() {
		this.stack.close();
		if (this.failed) {
			System.err.println("Logs and data of the failed tests are in " + this.plan.home());
			return;
		}
		try (Stream<Path> files = Files.walk(this.plan.home())) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * An ordinary user with a key.
	 */
	record User(String id, String key) {

		Api at(Tallygate tallygate, Service service) {
			return new Api(tallygate.url(service), this.key);
		}

		/** The official client, told only the base URL and the key. */
		OpenAIClient sdk(Tallygate tallygate) {
			return OpenAIOkHttpClient.builder()
				.baseUrl(tallygate.url(Service.GATEWAY) + "/v1")
				.apiKey(this.key)
				.maxRetries(0)
				.build();
		}

	}

}
