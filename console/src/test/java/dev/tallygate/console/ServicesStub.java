package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * Answers the REST of the three services over real HTTP, as the contract words it, to one
 * key only. Each answer can be replaced.
 */
final class ServicesStub implements AutoCloseable {

	static final String KEY = "tg_dev_0123456789abcdefghijklmnopqrstuvAAAAAA";

	static final String SUMMARY = "GET /api/users/me/usage/summary";

	static final String BUDGET = "GET /api/users/me/budget";

	private final HttpServer server;

	private final Map<String, Reply> replies = new ConcurrentHashMap<>();

	private final List<String> received = new CopyOnWriteArrayList<>();

	private final List<String> queries = new CopyOnWriteArrayList<>();

	private volatile boolean keyAccepted = true;

	private volatile Predicate<String> tokenAccepted = (token) -> false;

	private volatile @Nullable String rotated;

	private final Set<String> brokenOff = ConcurrentHashMap.newKeySet();

	private final List<String> addresses = new CopyOnWriteArrayList<>();

	ServicesStub() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/", this::answer);
		this.server.start();
		reset();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	/** Has a console ask here instead of these services. */
	void standFor(DynamicPropertyRegistry registry, String... services) {
		for (String service : services) {
			registry.add("tallygate.console." + service + "-url", this::url);
		}
	}

	void reset() {
		this.keyAccepted = true;
		this.tokenAccepted = (token) -> false;
		this.rotated = null;
		this.addresses.clear();
		this.brokenOff.clear();
		this.received.clear();
		this.queries.clear();
		this.replies.clear();
		reply("GET /api/users/me", 200, """
				{"id":"01910000-0000-7000-8000-000000000001","email":"ada@example.org","displayName":"Ada",
				 "role":"member","createdAt":"2026-11-01T00:00:00Z"}""");
		reply(SUMMARY, 200, """
				{"period":"2026-11","periodStart":"2026-11-01T00:00:00Z","periodEnd":"2026-12-01T00:00:00Z",
				 "breakdown":[{"provider":"openai","model":"gpt-4o-mini","requestCount":2,"inputTokens":2000,
				   "outputTokens":1000,"cacheReadInputTokens":10,"costNanos":900000,"costUsd":"0.0009"}],
				 "byProvider":[],"requestCount":2,"failedRequests":0,"totalCostNanos":900000,"totalCostUsd":"0.0009",
				 "unpricedRequests":0,"estimatedRequests":0,"monthlyBudgetCents":1000,"asOf":"2026-11-21T10:00:00Z",
				 "somethingNew":{"a":1}}""");
		reply(BUDGET, 200, budget(1_000L, 7_600_000_000L, "76.00", "warning"));
		reply("GET /api/providers", 200, """
				[{"name":"openai","dialect":"openai","needsKey":true,"hasSystemKey":true}]""");
		reply("GET /api/users/me/keys", 200, """
				{"data":[{"id":"k1","name":"default","keyPrefix":"tg_dev_01234","keyType":"dev",
				  "createdAt":"2026-11-01T00:00:00Z"}],"nextCursor":null}""");
		reply("GET /api/users/me/keys/k1", 200, """
				{"id":"k1","name":"default","keyPrefix":"tg_dev_01234","keyType":"dev",
				 "createdAt":"2026-11-01T00:00:00Z"}""");
		reply("GET /api/users/me/keys/budgets", 200, "{\"data\":[],\"nextCursor\":null}");
		reply("GET /api/users/me/provider-keys", 200, "[]");
		reply("PATCH /api/users/me/budget", 200, budget(5_000L, 0, "0.00", "ok"));
	}

	static String budget(long limitCents, long spentNanos, String percent, String state) {
		return """
				{"monthlyBudgetCents":%d,"ceilingCents":null,"enforcement":"hard","thresholds":[75,90,100],"timeZone":"UTC",
				 "period":"2026-11","periodStart":"2026-11-01T00:00:00Z","periodEnd":"2026-12-01T00:00:00Z","spentNanos":%d,
				 "spentUsd":"x","remainingNanos":%d,"percentUsed":"%s","state":"%s","forecastNanos":null,
				 "asOf":"2026-11-21T10:00:00Z"}"""
			.formatted(limitCents, spentNanos, limitCents * 10_000_000L - spentNanos, percent, state);
	}

	/** A page of keys k0, k1 and so on, all called n. */
	static String keys(int count, @Nullable String next) {
		return IntStream.range(0, count)
			.mapToObj((i) -> "{\"id\":\"k" + i + "\",\"name\":\"n\"}")
			.collect(Collectors.joining(",", "{\"data\":[",
					"],\"nextCursor\":" + ((next != null) ? "\"" + next + "\"" : "null") + "}"));
	}

	void reply(String call, int status, String json) {
		this.replies.put(call, new Reply(status, json));
	}

	/** Answers a call well, which has this in its query. */
	void replyTo(String query, String call, String json) {
		this.replies.put(call + "?" + query, new Reply(200, json));
	}

	/**
	 * Answers a call piece by piece, each when the test lets it go.
	 * @param callId of a call at the gateway; null for an answer in JSON
	 * @param next one permit lets one piece go
	 */
	void stream(String call, @Nullable String callId, Semaphore next, String... pieces) {
		this.replies.put(call, new Reply(200, String.join("", pieces), callId, next, List.of(pieces)));
	}

	/**
	 * Takes an account of a provider at its own page, with the state {@code s1}.
	 * @param page where people agree
	 */
	void connects(String provider, String page) {
		String path = "POST /api/users/me/provider-keys/" + provider + "/connect";
		reply(path, 201, "{\"authorizationUrl\":" + HostileTexts.json(page) + ",\"state\":\"s1\"}");
		reply(path + "/complete", 200, "{}");
	}

	/** Whether a call came that begins so and has all these parts. */
	void asked(String call, String... parts) {
		assertThat(this.received).anyMatch((one) -> one.startsWith(call) && Stream.of(parts).allMatch(one::contains));
	}

	/** Whether no call came that begins so. */
	void notAsked(String call) {
		assertThat(this.received).noneMatch((one) -> one.startsWith(call));
	}

	/** Answers a call with more to come, and then no more. */
	void breakOff(String call, String begun) {
		reply(call, 200, begun);
		this.brokenOff.add(call);
	}

	void refuseTheKey() {
		this.keyAccepted = false;
	}

	/** Knows the key by its new secret alone, once it is rotated. */
	void rotateTo(String secret) {
		reply("POST /api/users/me/keys/k1/rotate", 201,
				"{\"id\":\"k1\",\"name\":\"default\",\"secret\":\"" + secret + "\"}");
		this.rotated = secret;
	}

	/** Takes tokens of an issuer as well. */
	void accept(Predicate<String> tokens) {
		this.tokenAccepted = tokens;
	}

	/** Where those came from who signed up. */
	List<String> addresses() {
		return this.addresses;
	}

	/** Method, path and body of every call that came with the good key. */
	List<String> received() {
		return this.received;
	}

	/** The query of every call that had one. */
	List<String> queries() {
		return this.queries;
	}

	private void answer(HttpExchange exchange) throws IOException {
		String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
		boolean signUp = call.equals("POST /api/signup");
		boolean token = shown.startsWith("Bearer ") && this.tokenAccepted.test(shown.substring("Bearer ".length()));
		boolean known = signUp || token || (this.keyAccepted && ("Bearer " + KEY).equals(shown));
		if (signUp) {
			this.addresses.add(exchange.getRequestHeaders().getFirst("X-Forwarded-For") + " by " + shown);
		}
		if (known) {
			this.received.add(call + " " + body);
			if (exchange.getRequestURI().getQuery() != null) {
				this.queries.add(exchange.getRequestURI().getQuery());
			}
		}
		String secret = this.rotated;
		if (known && secret != null && call.endsWith("/rotate")) {
			this.keyAccepted = false;
			this.tokenAccepted = secret::equals;
		}
		Reply reply = known ? reply(call, exchange.getRequestURI().getQuery())
				: new Reply(401, "{\"code\":\"invalid_api_key\"}");
		if (reply.next() != null) {
			stream(exchange, reply, reply.next());
			return;
		}
		byte[] bytes = reply.json().getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		int more = this.brokenOff.contains(call) ? 1 : 0;
		exchange.sendResponseHeaders(reply.status(), (bytes.length == 0) ? -1 : bytes.length + more);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private Reply reply(String call, @Nullable String query) {
		return this.replies.entrySet()
			.stream()
			.filter((each) -> query != null && each.getKey().startsWith(call + "?")
					&& query.contains(each.getKey().substring(call.length() + 1)))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElseGet(() -> this.replies.getOrDefault(call, new Reply(404, "{\"code\":\"not_found\"}")));
	}

	private static void stream(HttpExchange exchange, Reply reply, Semaphore next) throws IOException {
		String call = reply.callId();
		exchange.getResponseHeaders().add("Content-Type", (call != null) ? "text/event-stream" : "application/json");
		if (call != null) {
			exchange.getResponseHeaders().add("x-tallygate-call-id", call);
		}
		exchange.sendResponseHeaders(reply.status(), 0);
		for (String piece : reply.pieces()) {
			next.acquireUninterruptibly();
			exchange.getResponseBody().write(piece.getBytes(StandardCharsets.UTF_8));
			exchange.getResponseBody().flush();
		}
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	private record Reply(int status, String json, @Nullable String callId, @Nullable Semaphore next,
			List<String> pieces) {

		Reply(int status, String json) {
			this(status, json, null, null, List.of());
		}

	}

}
