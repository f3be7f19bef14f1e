package dev.tallygate.keys;

import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.security.internal.InternalPort;
import dev.tallygate.simulator.Simulator;
import dev.tallygate.simulator.SimulatorConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running key-service with a database of its own, a real broker and a simulated
 * provider.
 */
public final class KeyService implements AutoCloseable {

	public static final String ADMIN_KEY = "Admin.Vw7Kq2ZtN9xRb4LmY8sHd3PcG6fJ1aQe";

	public static final String GATEWAY_SECRET = "5nT8wQ1zXk6MvB3yHr9LfD2sJp7GcU4eAiO0";

	public static final String METERING_SECRET = "Y2gS6hK9jW4qC1xZ8vN5bE7rM3tF0uPdLaIo";

	public static final String BUDGET_SECRET = "the-secret-of-budget-service-for-tests-only";

	public static final String CONSOLE_SECRET = "the-secret-of-the-console-for-tests-only";

	/** The operator's key at OpenAI. */
	public static final String SYSTEM_KEY = "sk-sim-Sys9vQ2mKx7Lw4TzR8nB3cY6hD1gF5jP0a";

	public static final String MASTER_KEY = "k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30";

	public static final String SECOND_MASTER_KEY = "k2:17c9e05ab3d2f84660917eadc35b28f4e96d01a87f3cb25498de6a07c1f3b582";

	/** How a gateway answers that cannot tell anything. */
	static final FakeProvider.Answer SILENT = (exchange) -> FakeProvider.respond(exchange, 503);

	private static final JsonMapper JSON = new JsonMapper();

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private static @Nullable Simulator simulator;

	private static @Nullable FakeProvider gateway;

	private static @Nullable KeyService shared;

	static {
		// A busy machine is no failure. What has a limit of its own says so.
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
	}

	private final EmbeddedDatabase database;

	private final ServletWebServerApplicationContext context;

	private KeyService(EmbeddedDatabase database, ServletWebServerApplicationContext context) {
		this.database = database;
		this.context = context;
	}

	public static synchronized Simulator simulator() {
		if (simulator == null) {
			try {
				simulator = Simulator.start(SimulatorConfig.onFreePort());
			}
			catch (IOException ex) {
				throw new java.io.UncheckedIOException(ex);
			}
		}
		return simulator;
	}

	/** The gateway of {@link #shared}, which says nothing until a test lets it. */
	static synchronized FakeProvider gateway() {
		if (gateway == null) {
			gateway = FakeProvider.start();
			gateway.answers(SILENT);
		}
		return gateway;
	}

	/** One with sign-up open that the tests of a JVM share. */
	public static synchronized KeyService shared() {
		if (shared == null) {
			KeyService started = start("tallygate.gateway.internal-url=" + gateway().url(), "tallygate.signup=open",
					"tallygate.signups-per-minute=20", "tallygate.oidc.issuer-uri=" + Issuer.shared().uri(),
					"tallygate.oidc.client-id=tallygate", "tallygate.providers.manus.validation=completion",
					"tallygate.providers.manus.usage-quirks=reasoning-outside");
			Runtime.getRuntime().addShutdownHook(new Thread(started::close, "key-service-stop"));
			shared = started;
		}
		return shared;
	}

	public static KeyService start(String... more) {
		return start(EmbeddedDatabase.create(), more);
	}

	public static KeyService start(EmbeddedDatabase database, String... more) {
		return new KeyService(database, run(database, more));
	}

	/**
	 * Starts with exactly the defaults of a test, then {@code more}, the last one wins.
	 */
	public static ServletWebServerApplicationContext run(EmbeddedDatabase database, String... more) {
		List<String> arguments = new ArrayList<>(
				List.of("server.port=0", "management.server.port=0", "tallygate.internal.port=0",
						"spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.username(),
						"spring.datasource.password=" + database.password(),
						"spring.datasource.hikari.connection-timeout=60000",
						"tallygate.gateway.internal-url=http://127.0.0.1:1",
						"spring.kafka.bootstrap-servers=" + EmbeddedKafka.shared().bootstrapServers(),
						"tallygate.admin-key=" + ADMIN_KEY, "tallygate.master-key=" + MASTER_KEY,
						"tallygate.service.secret.gateway=" + GATEWAY_SECRET,
						"tallygate.service.secret.metering=" + METERING_SECRET,
						"tallygate.service.secret.budget=" + BUDGET_SECRET,
						"tallygate.service.secret.console=" + CONSOLE_SECRET, "OPENAI_API_KEY=" + SYSTEM_KEY,
						"tallygate.providers.openai.base-url=" + simulator().baseUrl("openai"),
						"tallygate.providers.anthropic.base-url=" + simulator().baseUrl("anthropic"),
						"tallygate.providers.manus.base-url=" + simulator().baseUrl("manus"),
						"tallygate.providers.ollama.base-url=" + simulator().baseUrl("ollama")));
		arguments.addAll(List.of(more));
		Map<String, String> last = new java.util.LinkedHashMap<>();
		for (String argument : arguments) {
			int equals = argument.indexOf('=');
			last.put(argument.substring(0, equals), argument.substring(equals + 1));
		}
		String[] args = last.entrySet()
			.stream()
			.map((entry) -> "--" + entry.getKey() + "=" + entry.getValue())
			.toArray(String[]::new);
		return (ServletWebServerApplicationContext) SpringApplication.run(KeyServiceApplication.class, args);
	}

	public EmbeddedDatabase database() {
		return this.database;
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public int port() {
		return Objects.requireNonNull(this.context.getWebServer()).getPort();
	}

	public int internalPort() {
		return this.context.getBean(InternalPort.class).number();
	}

	public String managementPort() {
		return Objects.requireNonNull(this.context.getEnvironment().getProperty("local.management.port"));
	}

	/** A new member, with its key. */
	public Person member() {
		return create("member");
	}

	/** A new administrator, with its key. */
	public Person admin() {
		return create("admin");
	}

	private Person create(String role) {
		Answer answer = call("POST", "/api/users",
				"{\"email\":\"" + UUID.randomUUID() + "@example.org\",\"role\":\"" + role + "\"}", ADMIN_KEY);
		if (answer.status() != 201) {
			throw new IllegalStateException(answer.toString());
		}
		JsonNode json = answer.json();
		return new Person(json.at("/user/id").asString(), json.at("/apiKey/id").asString(),
				json.at("/apiKey/secret").asString());
	}

	public Answer get(String path, @Nullable String key) {
		return call("GET", path, null, key);
	}

	public Answer call(String method, String path, @Nullable String body, @Nullable String key) {
		return send(port(), method, path, body, "application/json", (key != null) ? "Bearer " + key : null);
	}

	public Answer internal(String method, String path, @Nullable String body) {
		return send(internalPort(), method, path, body, "application/json", basic("gateway", GATEWAY_SECRET));
	}

	public Answer introspect(String token) {
		return introspectAs("metering", METERING_SECRET, token);
	}

	public Answer introspectAs(String service, String secret, String token) {
		return send(internalPort(), "POST", "/internal/introspect",
				"token=" + URLEncoder.encode(token, StandardCharsets.UTF_8), "application/x-www-form-urlencoded",
				basic(service, secret));
	}

	public Answer reveal(String token, String provider) {
		return internal("POST", "/internal/provider-keys/reveal",
				"{\"token\":\"" + token + "\",\"provider\":\"" + provider + "\"}");
	}

	public static String basic(String service, String secret) {
		return "Basic " + Base64.getEncoder().encodeToString((service + ":" + secret).getBytes(StandardCharsets.UTF_8));
	}

	public static Answer send(int port, String method, String path, @Nullable String body, String type,
			@Nullable String authorization) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Content-Type", type)
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (authorization != null) {
			request.header("Authorization", authorization);
		}
		try {
			HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
			return new Answer(response.statusCode(), response.body(), response);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/** A user with its default key. */
	public record Person(String id, String keyId, String key) {

	}

	/** What came back. */
	public record Answer(int status, String body, HttpResponse<String> response) {

		public JsonNode json() {
			return JSON.readTree(this.body);
		}

		public String code() {
			return json().path("code").asString("");
		}

	}

}
