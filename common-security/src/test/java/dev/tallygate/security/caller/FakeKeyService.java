package dev.tallygate.security.caller;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.internal.ServiceProperties;
import dev.tallygate.security.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A key-service for the tests of others: a real HTTP server that answers introspection
 * for the keys it was told of, and whatever else is handed to {@link #serve}.
 */
public final class FakeKeyService implements AutoCloseable {

	/** The secret of whatever service calls it. */
	public static final String SERVICE_SECRET = "a-service-secret-for-tests-0123456789";

	private static final JsonMapper MAPPER = new JsonMapper();

	private final HttpServer server;

	private final Map<String, Caller> callers = new ConcurrentHashMap<>();

	private final Map<String, Secret> services = new ConcurrentHashMap<>();

	private final AtomicInteger introspections = new AtomicInteger();

	private final AtomicInteger verifications = new AtomicInteger();

	private volatile boolean down;

	private FakeKeyService(HttpServer server) {
		this.server = server;
		server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		server.createContext("/internal/introspect", this::introspect);
		server.createContext("/internal/services/verify", this::verify);
		server.start();
	}

	/**
	 * Starts one on a free port of the loopback.
	 */
	public static FakeKeyService start() {
		try {
			return new FakeKeyService(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	/**
	 * Where it is, for {@code tallygate.keys.internal-url}.
	 */
	public URI url() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
	}

	/**
	 * Issues a key to a new member.
	 */
	public String member() {
		return issue(new UserId(UuidV7.next()), Role.MEMBER);
	}

	/**
	 * Issues a key to a new administrator.
	 */
	public String admin() {
		return issue(new UserId(UuidV7.next()), Role.ADMIN);
	}

	/**
	 * Issues a key to a user.
	 */
	public String issue(UserId user, Role role) {
		String key = ApiKeyFormat.generate(KeyType.DEV);
		put(key, new Caller(user, new ApiKeyId(UuidV7.next()), KeyType.DEV, role, null, null));
		return key;
	}

	/**
	 * Makes {@code key} the key of {@code caller}.
	 */
	public void put(String key, Caller caller) {
		this.callers.put(key, caller);
	}

	/**
	 * Who presents {@code key}.
	 */
	public Caller callerOf(String key) {
		Caller caller = this.callers.get(key);
		if (caller == null) {
			throw new IllegalArgumentException("no such key");
		}
		return caller;
	}

	/**
	 * Revokes a key.
	 */
	public void revoke(String key) {
		this.callers.remove(key);
	}

	/**
	 * Answers 503 to everything, or no more.
	 */
	public void down(boolean down) {
		this.down = down;
	}

	/**
	 * How many tokens were looked up.
	 */
	public int introspections() {
		return this.introspections.get();
	}

	/**
	 * Makes {@code secret} the secret of a service.
	 */
	public void service(String name, String secret) {
		this.services.put(name, Secret.of(secret));
	}

	/**
	 * What that service presents at another one.
	 */
	public String authorization(String name, String audience) {
		return new ServiceCredentials(new ServiceProperties(name, null, this.services)).authorizationAt(audience);
	}

	/**
	 * How often it was asked which service calls.
	 */
	public int verifications() {
		return this.verifications.get();
	}

	/**
	 * Serves another path.
	 */
	public void serve(String path, HttpHandler handler) {
		this.server.createContext(path, handler);
	}

	private void introspect(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.introspections.incrementAndGet();
			if (this.down) {
				exchange.sendResponseHeaders(503, -1);
				return;
			}
			if (!authenticated(exchange.getRequestHeaders().getFirst("Authorization"))) {
				exchange.sendResponseHeaders(401, -1);
				return;
			}
			byte[] answer = MAPPER.writeValueAsBytes(answer(tokenOf(exchange)));
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
		}
	}

	private void verify(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.verifications.incrementAndGet();
			String header = exchange.getRequestHeaders().getFirst("Authorization");
			if (this.down || !authenticated(header)) {
				exchange.sendResponseHeaders(this.down ? 503 : 401, -1);
				return;
			}
			String audience = nameAndSecret(header).split(":", 2)[0];
			JsonNode question = MAPPER.readTree(exchange.getRequestBody());
			boolean valid = new ServiceCredentials(new ServiceProperties("keys", null, this.services))
				.isProof(question.path("service").asString(), audience, Secret.of(question.path("proof").asString()));
			byte[] answer = MAPPER.writeValueAsBytes(Map.of("valid", valid));
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
		}
	}

	private static boolean authenticated(@Nullable String header) {
		return nameAndSecret(header).endsWith(":" + SERVICE_SECRET);
	}

	private static String nameAndSecret(@Nullable String header) {
		if (header == null || !header.startsWith("Basic ")) {
			return "";
		}
		return new String(Base64.getDecoder().decode(header.substring("Basic ".length())), StandardCharsets.UTF_8);
	}

	private static String tokenOf(HttpExchange exchange) throws IOException {
		String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		return form.startsWith("token=") ? URLDecoder.decode(form.substring("token=".length()), StandardCharsets.UTF_8)
				: "";
	}

	private Map<String, Object> answer(String token) {
		Caller caller = this.callers.get(token);
		if (caller == null) {
			return Map.of("active", false);
		}
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("active", true);
		answer.put("sub", caller.userId());
		answer.put("user_id", caller.userId());
		answer.put("role", caller.role());
		if (caller.apiKeyId() != null && caller.keyType() != null) {
			answer.put("api_key_id", caller.apiKeyId());
			answer.put("key_type", caller.keyType());
		}
		if (caller.allowedModels() != null) {
			answer.put("allowed_models", caller.allowedModels());
		}
		if (!caller.tags().equals(Tags.NONE)) {
			answer.put("tags", caller.tags());
		}
		if (caller.expiresAt() != null) {
			answer.put("exp", caller.expiresAt().getEpochSecond());
		}
		return answer;
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
