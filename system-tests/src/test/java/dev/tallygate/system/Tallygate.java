package dev.tallygate.system;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.tallygate.launcher.Ports;
import dev.tallygate.launcher.Service;
import dev.tallygate.launcher.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * The running product, as its users and its operator see it.
 */
final class Tallygate implements AutoCloseable {

	private static final Duration READY = Duration.ofMinutes(5);

	private final Stack.Plan plan;

	private Stack stack;

	private Tallygate(Stack.Plan plan) {
		this.plan = plan;
		this.stack = start(plan);
	}

	static Tallygate start() {
		Path root = Path.of(System.getProperty("tallygate.root", "..")).toAbsolutePath().normalize();
		try {
			Path home = Files.createTempDirectory("tallygate-system");
			return new Tallygate(new Stack.Plan(root, home, false, true, Ports.free(),
					Map.of("PATH", System.getenv("PATH")), Map.of()));
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

	/** Ends a service as {@code kill -9} does. */
	void kill(Service service) {
		this.stack.service(service).kill();
	}

	/** Starts a killed service and waits until it is ready. */
	void startAgain(Service service) throws InterruptedException {
		this.stack.service(service).start();
		this.stack.service(service).awaitReady(READY);
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

	@Override
	public void close() {
		this.stack.close();
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
