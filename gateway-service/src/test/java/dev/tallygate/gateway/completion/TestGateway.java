package dev.tallygate.gateway.completion;

import static org.awaitility.Awaitility.await;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.access.RevealSource;
import dev.tallygate.gateway.access.TestKeyService;
import dev.tallygate.gateway.completion.models.ModelListProperties;
import dev.tallygate.gateway.completion.running.RunningCalls;
import dev.tallygate.gateway.http.CallersProperties;
import dev.tallygate.gateway.http.CallersProtocol;
import dev.tallygate.gateway.limits.GuardProperties;
import dev.tallygate.gateway.limits.HeapGuard;
import dev.tallygate.gateway.limits.RateLimitProperties;
import dev.tallygate.gateway.limits.RateLimitProperties.PerMinute;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.PauseProperties;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.gateway.routing.Agent;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.routing.RoutingProperties;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.trace.Tracing;
import dev.tallygate.security.trace.TracingProperties;
import dev.tallygate.security.trace.TracingProperties.Attributes;
import dev.tallygate.simulator.Simulator;
import dev.tallygate.simulator.SimulatorConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.util.unit.DataSize;

/**
 * The relay in a Tomcat of its own, with the real simulator behind it and books that stay
 * in memory. Registered as an extension it serves all tests of a class, each with empty
 * books.
 */
public final class TestGateway implements AutoCloseable, BeforeEachCallback, AfterAllCallback {

	static final UserId USER = new UserId(UUID.fromString("01900000-0000-7000-8000-000000000001"));

	static final ApiKeyId KEY = new ApiKeyId(UUID.fromString("01900000-0000-7000-8000-000000000002"));

	static final String TOKEN = "a-token-of-a-member";

	/** Whoever looks at it fails. */
	static final String FAILING_TOKEN = "a-token-that-nobody-survives";

	static final String SYSTEM_KEY = "sk-sim-system-canary-0123456789";

	private static final Instant LONG_AGO = Instant.parse("2025-01-01T00:00:00Z");

	final Simulator simulator;

	final RecordedCalls calls;

	final RunningCalls running;

	final OpenRequests open = new OpenRequests();

	final Map<String, Caller> callers = new ConcurrentHashMap<>();

	final Map<String, Reveal> reveals = new ConcurrentHashMap<>();

	final Map<String, String> agents = new ConcurrentHashMap<>();

	final List<UUID> reported = new CopyOnWriteArrayList<>();

	final ProviderKeys keys;

	volatile @Nullable String preferredModel;

	final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.executor(Executors.newVirtualThreadPerTaskExecutor())
		.build();

	final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Watch watch = new Watch();

	private final UpstreamClient client;

	final List<WireRoute> served;

	final MapResponses responses = new MapResponses();

	private final Tomcat tomcat;

	/** With the limits everyone has. */
	static TestGateway start() {
		return with().start();
	}

	/** Limits small enough for tests, to be changed where a test is about one. */
	static Builder with() {
		return new Builder();
	}

	private TestGateway(Builder builder) throws Exception {
		this.simulator = Simulator.start(SimulatorConfig.onFreePort());
		List<Provider> providers = List.of(provider("openai", Dialect.OPENAI), provider("anthropic", Dialect.ANTHROPIC),
				provider("ollama", Dialect.OPENAI), provider("manus", Dialect.OPENAI),
				draining("drained", "manus", Dialect.OPENAI), draining("drained-openai", "openai", Dialect.OPENAI),
				draining("drained-anthropic", "anthropic", Dialect.ANTHROPIC));
		PriceTable prices = new PriceTable("test",
				List.of(priced("openai", "gpt-4o", 2500, 10000), priced("openai", "gpt-4o-mini", 150, 600),
						priced("anthropic", "claude-sonnet-4", 3000, 15000), priced("ollama", "*", 0, 0),
						priced("manus", "*", 1000, 2000), of("openai", "text-embedding-3-small", "embedding"),
						of("openai", "o1-pro", "responses"), of("manus", "text-embedding-3-small", "embedding"),
						of("manus", "o1-pro", "responses"), priced("openai", "ft:gpt-4o-2024-08-06", 3750, 15000),
						priced("openai", "gpt-4o-realtime-preview", 5000, 20000)));
		this.calls = new RecordedCalls(prices);
		this.callers.put(TOKEN, new Caller(USER, KEY, KeyType.DEV, Role.MEMBER, null, null));
		revealAll();
		this.keys = TestKeyService
			.keys((token, name) -> new RevealSource.Answer(this.reveals.getOrDefault(name, new Reveal.Missing()),
					Duration.ofSeconds(30)));
		UpstreamProperties upstream = builder.upstream();
		this.watch.start();
		this.client = new UpstreamClient(upstream, this.watch, SSLContext.getDefault().getSocketFactory());
		CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
			.slidingWindowSize(20)
			.minimumNumberOfCalls(10)
			.waitDurationInOpenState(builder.openFor)
			.build());
		Providers configured = new Providers(() -> providers, Duration.ofDays(1));
		ModelNames names = new ModelNames(configured, () -> prices);
		Routes routes = new Routes(names, this::agent, (user) -> Optional.ofNullable(this.preferredModel),
				new RoutingProperties("ollama:llama3.1", builder.fallbacks, Duration.ofSeconds(1)));
		CompletionProperties properties = builder.completion();
		ApplicationContext rooms = rooms(this.open, (Introspection) this::introspect, (Prices) () -> prices, properties,
				new ModelListProperties(Duration.ofMinutes(5), Duration.ofMillis(1), Duration.ofSeconds(5),
						DataSize.ofKilobytes(64), 100),
				upstream, new TracingProperties(null, null, 1, Duration.ofSeconds(10), 1, Attributes.LATEST),
				Tracing.off(), this.meters, this.watch, this.client, configured, names, routes,
				new AllowedModels(routes), this.keys, this.calls, this.responses, new Wires(),
				new BodyReader(properties.maxBody().toBytes(), properties.bodyTimeout(),
						properties.maxBodies().toBytes(), properties.maxBodiesPerUser().toBytes()),
				new RejectedKeys((id, version) -> this.reported.add(id)), new AnswerRoom(upstream),
				new Breakers(breakers), new PauseProperties(Duration.ofMillis(250), Duration.ofSeconds(15)),
				new RetryBudget(builder.retryShare, builder.retryFloor), new ModelLabels(),
				new RateLimits(builder.rates), new RepeatGuard(builder.guard), HeapGuard.of(builder.guard));
		this.running = rooms.getBean(RunningCalls.class);
		FrontDoor door = new FrontDoor(this::introspect, this.open,
				rooms.getBeanProvider(WireRoutes.class).orderedStream().toList());
		this.served = door.routes();
		this.tomcat = serve(door, this.watch, builder);
	}

	/** Put together as in the service, from these parts. */
	private static ApplicationContext rooms(Object... parts) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		for (int i = 0; i < parts.length; i++) {
			context.getBeanFactory().registerSingleton("part" + i, parts[i]);
		}
		String here = TestGateway.class.getPackageName();
		context.scan(here + ".answer", here + ".running", here + ".models", here + ".uncharged", here + ".relay");
		context.refresh();
		return context;
	}

	/** Everything as it was at the start, so that a test finds nothing of another. */
	@Override
	public void beforeEach(ExtensionContext context) {
		await().until(() -> this.calls.open() == 0);
		this.calls.clear();
		this.simulator.bill().clear();
		this.reported.clear();
		this.agents.clear();
		this.preferredModel = null;
		revealAll();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		close();
	}

	/** Every provider is the simulator, with the key it had at the start. */
	void revealAll() {
		reveal("openai", Credential.SYSTEM, SYSTEM_KEY);
		reveal("manus", Credential.USER, "sk-sim-user-canary-9876543210");
		this.reveals.put("ollama", released("ollama", Credential.NONE, null, Dialect.OPENAI));
		this.reveals.put("anthropic", released("anthropic", Credential.SYSTEM, SYSTEM_KEY, Dialect.ANTHROPIC));
	}

	private IntrospectionOutcome introspect(String token) {
		if (token.equals(FAILING_TOKEN)) {
			throw new IllegalStateException("A fault of this test's.");
		}
		Caller caller = this.callers.get(token);
		return (caller != null) ? new IntrospectionOutcome.Active(caller) : new IntrospectionOutcome.Inactive();
	}

	private Provider provider(String name, Dialect dialect) {
		return new Provider(name, dialect, URI.create(this.simulator.baseUrl(name)), !"ollama".equals(name), true,
				"openai".equals(name) ? List.of("chat", "responses", "embeddings") : null, null, null);
	}

	/** Bills what it was asked for, whoever takes it. */
	private Provider draining(String name, String like, Dialect dialect) {
		return new Provider(name, dialect, URI.create(this.simulator.baseUrl(like)), true, true,
				"openai".equals(like) ? List.of("chat", "responses", "embeddings") : null, "drain", null);
	}

	private static PriceRow priced(String provider, String model, long input, long output) {
		return PriceRow.of(provider, model, LONG_AGO)
			.price(Meter.INPUT, input * 1_000_000)
			.price(Meter.OUTPUT, output * 1_000_000)
			.limits(128_000L, "gpt-4o".equals(model) ? 16_384L : null)
			.build();
	}

	/** A model that is called for one thing only. */
	private static PriceRow of(String provider, String model, String mode) {
		return PriceRow.of(provider, model, LONG_AGO)
			.price(Meter.INPUT, 20_000_000)
			.price(Meter.OUTPUT, 0)
			.mode(mode)
			.build();
	}

	private Optional<Agent> agent(UserId user, String idOrName) {
		String model = this.agents.get(idOrName);
		return (model != null) ? Optional.of(new Agent(new AgentId(new UUID(0, idOrName.hashCode())), idOrName,
				model.isEmpty() ? null : model, Instant.now())) : Optional.empty();
	}

	/** From now on this key is released for a provider of the simulator. */
	void reveal(String provider, Credential credential, String key) {
		this.reveals.put(provider, released(provider, credential, key, Dialect.OPENAI));
	}

	/** From now on a provider is somewhere else. */
	void revealAt(String provider, URI baseUrl, Credential credential, String key) {
		this.reveals.put(provider, new Reveal.Released(
				ProviderAccess.at(baseUrl, credential, Secret.of(key), Dialect.OPENAI, UuidV7.next(), 1)));
	}

	/** Anthropic's access with a key of this kind. */
	Reveal anthropic(Credential credential, String key) {
		return released("anthropic", credential, key, Dialect.ANTHROPIC);
	}

	/** Anthropic's access somewhere else. */
	Reveal anthropicAt(String baseUrl) {
		return anthropicAt(baseUrl, Credential.SYSTEM, SYSTEM_KEY);
	}

	Reveal anthropicAt(String baseUrl, Credential credential, String key) {
		return new Reveal.Released(ProviderAccess.at(URI.create(baseUrl), credential, Secret.of(key), Dialect.ANTHROPIC,
				UuidV7.next(), 1));
	}

	private Reveal released(String provider, Credential credential, @Nullable String key, Dialect dialect) {
		return new Reveal.Released(ProviderAccess.at(URI.create(this.simulator.baseUrl(provider)), credential,
				(key != null) ? Secret.of(key) : null, dialect, UuidV7.next(), 1));
	}

	private static Tomcat serve(FrontDoor door, Watch watch, Builder builder) throws Exception {
		Path base = Files.createTempDirectory("tomcat");
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(base.toString());
		tomcat.setConnector(new Connector(CallersProtocol.class.getName()));
		tomcat.getConnector().setPort(0);
		if (tomcat.getConnector().getProtocolHandler() instanceof CallersProtocol protocol) {
			protocol.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
			protocol.setConnectionTimeout((int) builder.patience.toMillis());
			new CallersProperties(DataSize.ofKilobytes(256), true).bound(protocol);
			if (builder.direct) {
				protocol.direct(() -> door, watch);
			}
		}
		CompletionConfiguration.addresses(tomcat.getConnector());
		if (tomcat.getHost() instanceof StandardHost host) {
			host.setErrorReportValveClass(ContainerErrors.class.getName());
		}
		Context context = tomcat.addContext("", base.toString());
		FilterDef definition = new FilterDef();
		definition.setFilterName("wire");
		definition.setFilter(new WireFilter(door, false));
		context.addFilterDef(definition);
		FilterMap map = new FilterMap();
		map.setFilterName("wire");
		WireFilter.PATTERNS.forEach(map::addURLPattern);
		context.addFilterMap(map);
		Wrapper fallback = Tomcat.addServlet(context, "default", new DefaultServlet());
		fallback.addMapping("/");
		tomcat.start();
		return tomcat;
	}

	int port() {
		return this.tomcat.getConnector().getLocalPort();
	}

	URI uri(String path) {
		return URI.create("http://127.0.0.1:" + port() + path);
	}

	/** Posts a chat completion. */
	HttpResponse<String> chat(String body, String... headers) throws Exception {
		return post("/v1/chat/completions", body, headers);
	}

	/** Posts a call. */
	HttpResponse<String> post(String path, String body, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
			.timeout(Duration.ofSeconds(20))
			.header("Authorization", "Bearer " + TOKEN)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body));
		for (int i = 0; i < headers.length; i += 2) {
			request.setHeader(headers[i], headers[i + 1]);
		}
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	/** A request for a model with a prompt. */
	public static String ask(String model, String prompt, String more) {
		return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]" + more
				+ "}";
	}

	@Override
	public void close() {
		this.http.shutdownNow();
		try {
			this.tomcat.stop();
			this.tomcat.destroy();
		}
		catch (LifecycleException ex) {
			throw new IllegalStateException(ex);
		}
		this.client.close();
		this.watch.close();
		this.simulator.close();
	}

	/** The limits of a gateway to be. */
	static final class Builder {

		private Map<String, List<String>> fallbacks = Map.of();

		private Duration firstByte = Duration.ofSeconds(5);

		private Duration idle = Duration.ofSeconds(5);

		private Duration heartbeat = Duration.ofMillis(300);

		private Duration patience = Duration.ofSeconds(2);

		private Duration lastWords = Duration.ZERO;

		private boolean direct = true;

		private Duration openFor = Duration.ofSeconds(5);

		private DataSize maxBody = DataSize.ofMegabytes(1);

		private DataSize maxBodies = DataSize.ofMegabytes(100);

		private RateLimitProperties rates = new RateLimitProperties(new PerMinute(0, 0), new PerMinute(0, 0), 1000);

		private GuardProperties guard = new GuardProperties(0, Duration.ofMinutes(1), 1000, 100,
				Duration.ofSeconds(10));

		private DataSize maxBodiesPerUser = DataSize.ofBytes(0);

		private int maxConnections = 1000;

		private int retryShare = 20;

		private int retryFloor = 3;

		Builder fallbacks(Map<String, List<String>> each) {
			this.fallbacks = each;
			return this;
		}

		Builder firstByte(Duration timeout) {
			this.firstByte = timeout;
			return this;
		}

		Builder idle(Duration timeout) {
			this.idle = timeout;
			return this;
		}

		Builder heartbeat(Duration every) {
			this.heartbeat = every;
			return this;
		}

		/** How long a caller may neither send nor read. */
		Builder patience(Duration timeout) {
			this.patience = timeout;
			return this;
		}

		/** How long a caller has to read why a stream broke. */
		Builder lastWords(Duration time) {
			this.lastWords = time;
			return this;
		}

		/** The container alone reads what comes. */
		Builder byContainer() {
			this.direct = false;
			return this;
		}

		/** How long a circuit stays open. */
		Builder openFor(Duration time) {
			this.openFor = time;
			return this;
		}

		Builder maxBody(DataSize each) {
			this.maxBody = each;
			return this;
		}

		Builder maxBodies(DataSize all) {
			this.maxBodies = all;
			return this;
		}

		/** Requests and tokens a minute of a user and of a key. */
		Builder rates(PerMinute user, PerMinute key) {
			this.rates = new RateLimitProperties(user, key, 1000);
			return this;
		}

		/** How often a prompt may come within a minute. */
		Builder repeats(int most) {
			this.guard = new GuardProperties(most, Duration.ofMinutes(1), 1000, 100, Duration.ofSeconds(10));
			return this;
		}

		/** How full the heap may be, and how soon it is looked at again. */
		Builder heap(int percent, Duration recheck) {
			this.guard = new GuardProperties(0, Duration.ofMinutes(1), 1000, percent, recheck);
			return this;
		}

		Builder maxBodiesPerUser(DataSize each) {
			this.maxBodiesPerUser = each;
			return this;
		}

		Builder maxConnections(int most) {
			this.maxConnections = most;
			return this;
		}

		/** No call is sent a second time, wherever to. */
		Builder noRetries() {
			this.retryShare = 0;
			this.retryFloor = 0;
			return this;
		}

		private UpstreamProperties upstream() {
			return new UpstreamProperties(Duration.ofSeconds(1), this.firstByte, this.idle, Duration.ofMinutes(1),
					this.maxConnections, Duration.ofSeconds(15), DataSize.ofMegabytes(1), DataSize.ofKilobytes(64),
					DataSize.ofKilobytes(16), 20, 3, Duration.ofSeconds(30), this.firstByte.plus(this.idle),
					DataSize.ofMegabytes(16));
		}

		private CompletionProperties completion() {
			return new CompletionProperties(this.maxBody, this.maxBodies, Duration.ofSeconds(2), 128, 128, 16,
					DataSize.ofKilobytes(64), this.heartbeat, Duration.ofSeconds(5), Set.of(), this.maxBodiesPerUser,
					Duration.ZERO, Duration.ofSeconds(20), this.lastWords);
		}

		TestGateway start() {
			try {
				return new TestGateway(this);
			}
			catch (Exception ex) {
				throw new IllegalStateException("the gateway does not start", ex);
			}
		}

	}

}
