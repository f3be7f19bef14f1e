package dev.tallygate.budgets;

import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UndecodableEventException;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.messaging.TopicCatalog;
import dev.tallygate.security.caller.FakeKeyService;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.internal.InternalPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Budget-service as it runs: real broker, real database, a key-service that knows the
 * keys it issued. Reads all that is published as a gateway would.
 */
public final class Fixture implements AutoCloseable {

	static final JsonMapper JSON = JsonMapper.builder().build();

	static final String GATEWAY_SECRET = "gateway-secret-of-the-tests-0123456789";

	/** What the secrets of webhooks are sealed under. */
	static final String WEBHOOK_KEY = "t1:5b1f0d77c2e94a3688a1d9530fe6427bc41d8e0925b7f36ac8d07e41952bf6a3";

	/** What spreads what grows with the calls over the workers of a Citus cluster. */
	static final Path DISTRIBUTE = Path.of("..", "deploy", "citus", "budget.sql");

	private static @Nullable Fixture shared;

	final EmbeddedKafka kafka = EmbeddedKafka.start();

	final EmbeddedDatabase database = EmbeddedDatabase.create();

	final FakeKeyService keys = FakeKeyService.start();

	/** May only what the migrations grant. */
	final String role = this.database.url().replaceAll(".*/(test_\\d+).*", "budget_$1");

	public final JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());

	final List<BudgetAlert> alerts = new CopyOnWriteArrayList<>();

	final List<BudgetStatus> statuses = new CopyOnWriteArrayList<>();

	final List<InstallationStatus> installations = new CopyOnWriteArrayList<>();

	final List<String> removed = new CopyOnWriteArrayList<>();

	final Map<Integer, BudgetHeartbeat> heartbeats = new ConcurrentHashMap<>();

	private final HttpClient http = HttpClient.newHttpClient();

	private final KafkaProducer<String, byte[]> producer;

	private final KafkaConsumer<String, byte[]> consumer;

	private final Thread reader;

	private final List<ServletWebServerApplicationContext> services = new ArrayList<>();

	/**
	 * The one that all tests of a JVM share; each test has users of its own.
	 */
	public static synchronized Fixture shared() {
		Fixture running = shared;
		if (running == null) {
			running = new Fixture();
			shared = running;
			Runtime.getRuntime().addShutdownHook(new Thread(running::close, "fixture-stop"));
		}
		return running;
	}

	private Fixture(String... arguments) {
		this.keys.service("gateway", GATEWAY_SECRET);
		this.database.execute("CREATE ROLE " + this.role + " LOGIN PASSWORD '" + this.role + "'");
		TopicCatalog catalog = new TopicCatalog((short) 1);
		this.kafka.create(catalog.topic(Topics.USAGE), catalog.topic(Topics.USERS), catalog.topic(Topics.KEYS),
				catalog.topic(Topics.ALERTS), catalog.topic(Topics.BUDGET_STATUS));
		this.producer = new KafkaProducer<>(this.kafka.clientProperties(), new StringSerializer(),
				new ByteArraySerializer());
		Map<String, Object> reading = this.kafka.clientProperties();
		reading.put("group.id", "reader");
		reading.put("auto.offset.reset", "earliest");
		this.consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new ByteArrayDeserializer());
		this.consumer.subscribe(List.of(Topics.ALERTS, Topics.BUDGET_STATUS));
		this.reader = Thread.ofPlatform().daemon().name("reader").start(this::read);
		if (EmbeddedDatabase.ON_CITUS) {
			stop(start(arguments));
			this.database.spread(DISTRIBUTE);
		}
		start(arguments);
	}

	ServletWebServerApplicationContext start(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--management.server.port=0",
				"--tallygate.internal.port=0", "--spring.kafka.bootstrap-servers=" + this.kafka.bootstrapServers(),
				"--spring.datasource.url=" + this.database.url(), "--spring.datasource.username=" + this.role,
				"--spring.datasource.password=" + this.role, "--spring.flyway.user=" + this.database.username(),
				"--spring.flyway.password=" + this.database.password(), "--tallygate.database.app-role=" + this.role,
				"--tallygate.keys.internal-url=" + this.keys.url(),
				"--tallygate.service.secret.budget=" + FakeKeyService.SERVICE_SECRET,
				"--tallygate.webhooks.allowed-networks=127.0.0.2/32", "--tallygate.webhooks.delays=300ms,300ms,10m",
				"--tallygate.webhooks.poll-interval=100ms", "--tallygate.webhooks.key=" + WEBHOOK_KEY));
		all.addAll(List.of(arguments));
		ServletWebServerApplicationContext service = (ServletWebServerApplicationContext) new SpringApplicationBuilder(
				BudgetServiceApplication.class)
			.run(all.toArray(String[]::new));
		this.services.add(service);
		return service;
	}

	void stop(ServletWebServerApplicationContext service) {
		service.close();
		this.services.remove(service);
	}

	/** The service, or the first of several. */
	public ServletWebServerApplicationContext service() {
		return this.services.getFirst();
	}

	private void read() {
		try (KafkaConsumer<String, byte[]> open = this.consumer) {
			while (true) {
				open.poll(Duration.ofMillis(100)).forEach(this::note);
			}
		}
		catch (WakeupException ex) {
			// The end of the test.
		}
	}

	private void note(ConsumerRecord<String, byte @Nullable []> published) {
		if (published.value() == null) {
			this.removed.add(published.key());
			return;
		}
		switch (decode(published.value()).data()) {
			case BudgetAlert alert -> this.alerts.add(alert);
			case BudgetStatus status -> this.statuses.add(status);
			case BudgetHeartbeat heartbeat -> this.heartbeats.put(published.partition(), heartbeat);
			case InstallationStatus status -> this.installations.add(status);
			default -> throw new IllegalStateException("unexpected on " + published.topic());
		}
	}

	private static CloudEvent<?> decode(byte[] value) {
		try {
			return EventCodec.decode(value);
		}
		catch (UndecodableEventException ex) {
			throw new IllegalStateException(ex);
		}
	}

	List<BudgetAlert> alertsOf(UserId user) {
		return this.alerts.stream().filter((alert) -> alert.userId().equals(user)).toList();
	}

	List<Integer> thresholdsOf(UserId user, long limitCents) {
		return alertsOf(user).stream()
			.filter((alert) -> alert.limitCents() == limitCents)
			.filter(BudgetAlert.ThresholdCrossed.class::isInstance)
			.map((alert) -> ((BudgetAlert.ThresholdCrossed) alert).threshold())
			.sorted()
			.toList();
	}

	/** The status a gateway would act on; null when there is none. */
	public @Nullable BudgetStatus statusOf(UserId user) {
		return this.statuses.stream()
			.filter((status) -> status.userId().equals(user))
			.max(java.util.Comparator.comparingLong(BudgetStatus::version))
			.orElse(null);
	}

	/** A user nobody has heard of. */
	public static UserId newUser() {
		return new UserId(UuidV7.next());
	}

	String keyOf(UserId user) {
		return this.keys.issue(user, Role.MEMBER);
	}

	static CloudEvent<UsageSettled> call(UserId user, long costNanos, long seq) {
		return call(user, new NanoUsd(costNanos), Credential.SYSTEM, Instant.now(), seq);
	}

	/** A call on a system key as this gateway tells it. */
	static CloudEvent<UsageSettled> systemCall(UserId user, long costNanos, long seq, String source) {
		CloudEvent<UsageSettled> call = call(user, costNanos, seq);
		return new CloudEvent<>(call.id(), source, call.time(), call.seq(), call.data());
	}

	/** A call as a gateway tells it. */
	public static CloudEvent<UsageSettled> call(UserId user, @Nullable NanoUsd cost, Credential credential,
			Instant startedAt, long seq) {
		CallId id = CallId.next();
		var day = startedAt.atZone(ZoneOffset.UTC).toLocalDate();
		return new CloudEvent<>(id.value(), "/gateway/test/0199aa00", Instant.now(), seq,
				new UsageSettled(id, user, null, null, null, null, "openai", "gpt-4o-mini", "gpt-4o-mini",
						UsageSettled.Operation.CHAT, false, credential, UsageSettled.Status.COMPLETED,
						UsageSettled.UsageSource.PROVIDER, 1L, null, null, 1L, null, cost, cost != null,
						(cost != null) ? "1" : null, startedAt, startedAt, YearMonth.from(day), day, 1L, 1, 200));
	}

	/** Sends without waiting. */
	Future<RecordMetadata> send(String topic, CloudEvent<?> event) {
		return this.producer
			.send(new ProducerRecord<>(topic, event.data().userId().toString(), EventCodec.encode(event)));
	}

	/** Sends and waits until the broker has it. */
	void publish(String topic, CloudEvent<?> event) {
		try {
			send(topic, event).get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void spend(UserId user, long costNanos, long seq) {
		publish(Topics.USAGE, call(user, costNanos, seq));
	}

	Answer get(String path, String key) {
		return exchange("GET", path, key, null);
	}

	Answer patchBudget(UserId user, String key, String body) {
		return exchange("PATCH", "/api/users/" + user + "/budget", key, body);
	}

	/** What the gateway is answered on the internal port. */
	Answer internal(String path, String body) {
		return internal(path, this.keys.authorization("gateway", "budget"), body);
	}

	Answer internal(String path, String authorization, String body) {
		return exchange("POST", service().getBean(InternalPort.class).number(), path, authorization, body);
	}

	static String basic(String service, String secret) {
		return "Basic " + Base64.getEncoder().encodeToString((service + ':' + secret).getBytes(StandardCharsets.UTF_8));
	}

	Answer exchange(String method, String path, @Nullable String key, @Nullable String body) {
		return exchange(method, port(), path, (key != null) ? "Bearer " + key : null, body);
	}

	private Answer exchange(String method, int port, String path, @Nullable String authorization,
			@Nullable String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (body != null) {
			request.header("Content-Type", "application/json");
		}
		if (authorization != null) {
			request.header("Authorization", authorization);
		}
		try {
			HttpResponse<String> response = this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
			JsonNode json = response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body());
			return new Answer(response.statusCode(), json, response.headers().firstValue("cache-control").orElse(""));
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	URI url() {
		return URI.create("http://127.0.0.1:" + port());
	}

	private int port() {
		return Objects.requireNonNull(service().getWebServer()).getPort();
	}

	@Override
	public void close() {
		List.copyOf(this.services).forEach(this::stop);
		this.consumer.wakeup();
		this.producer.close();
		try {
			this.reader.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.keys.close();
		this.kafka.close();
	}

	/** An HTTP answer. */
	record Answer(int status, JsonNode body, String cacheControl) {

		String code() {
			return this.body.path("code").asString("");
		}

		String field() {
			return this.body.path("field").asString("");
		}

	}

}
