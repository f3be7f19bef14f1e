package dev.tallygate.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers the internal calls the gateway makes, as key-service would.
 */
final class FakeKeyService implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	final Map<String, Map<String, ?>> tokens = new ConcurrentHashMap<>();

	final Map<String, Map<String, ?>> keys = new ConcurrentHashMap<>();

	final List<Map<String, ?>> providers = new CopyOnWriteArrayList<>();

	final AtomicInteger reveals = new AtomicInteger();

	/** The traces that those who asked are in. */
	final List<String> traceparents = new CopyOnWriteArrayList<>();

	/** Whether it answers nothing but 503. */
	volatile boolean down;

	private final HttpServer server;

	FakeKeyService() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/internal/introspect", this::introspect);
		this.server.createContext("/internal/provider-keys/reveal", this::reveal);
		this.server.createContext("/internal/provider-keys/report", (exchange) -> answer(exchange, 200, Map.of()));
		this.server.createContext("/internal/providers", (exchange) -> answer(exchange, 200, this.providers));
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	void member(String token, UserId user, ApiKeyId key) {
		this.tokens.put(token, Map.of("active", true, "sub", user.toString(), "user_id", user.toString(), "api_key_id",
				key.toString(), "key_type", "dev", "role", "member"));
	}

	void admin(String token, UserId user, ApiKeyId key) {
		this.tokens.put(token, Map.of("active", true, "sub", user.toString(), "user_id", user.toString(), "api_key_id",
				key.toString(), "key_type", "dev", "role", "admin"));
	}

	/** A key that ends by itself. */
	void memberUntil(String token, UserId user, ApiKeyId key, Instant end) {
		this.tokens.put(token, Map.of("active", true, "sub", user.toString(), "user_id", user.toString(), "api_key_id",
				key.toString(), "key_type", "dev", "role", "member", "exp", end.getEpochSecond()));
	}

	void provider(String name, String dialect, String baseUrl, String key) {
		this.providers
			.add(Map.of("name", name, "dialect", dialect, "baseUrl", baseUrl, "needsKey", true, "hasSystemKey", true));
		this.keys.put(name, Map.of("credential", "system", "apiKey", key, "baseUrl", baseUrl, "dialect", dialect,
				"credentialId", "01900000-0000-7000-8000-00000000000a", "version", 1, "expiresInSeconds", 30));
	}

	private void introspect(HttpExchange exchange) throws IOException {
		String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		String token = URLDecoder.decode(form.substring("token=".length()), StandardCharsets.UTF_8);
		answer(exchange, 200, this.tokens.getOrDefault(token, Map.of("active", false)));
	}

	private void reveal(HttpExchange exchange) throws IOException {
		this.reveals.incrementAndGet();
		Map<?, ?> body = JSON.readValue(exchange.getRequestBody().readAllBytes(), Map.class);
		Map<String, ?> key = this.keys.get(String.valueOf(body.get("provider")));
		if (key == null) {
			answer(exchange, 404, Map.of("code", "provider_key_missing"));
		}
		else {
			answer(exchange, 200, key);
		}
	}

	private void answer(HttpExchange exchange, int status, Object body) {
		try (exchange) {
			String trace = exchange.getRequestHeaders().getFirst("traceparent");
			if (trace != null) {
				this.traceparents.add(trace);
			}
			byte[] json = JSON.writeValueAsBytes(body);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(this.down ? 503 : status, json.length);
			exchange.getResponseBody().write(json);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
