package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.EventData;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.Wire;
import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.simulator.Simulator;
import dev.tallygate.simulator.SimulatorConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole service as it runs, with a real broker, a real database and the simulator.
 */
final class WholeGateway implements AutoCloseable {

	final EmbeddedKafka kafka = EmbeddedKafka.shared();

	final FakeKeyService keyService = new FakeKeyService();

	final Simulator simulator = Simulator.start(SimulatorConfig.onFreePort());

	final ConfigurableApplicationContext context;

	private final HttpClient http = HttpClient.newHttpClient();

	private WholeGateway(Path directory, Map<String, Object> more) throws Exception {
		create(Topics.KEYS, 3);
		create(Topics.USERS, 3);
		create(Topics.BUDGET_STATUS, 12);
		this.keyService.provider("openai", "openai", this.simulator.baseUrl("openai"), "sk-sim-system");
		EmbeddedDatabase database = EmbeddedDatabase.create();
		Map<String, Object> settings = new HashMap<>();
		settings.put("server.port", 0);
		settings.put("management.server.port", 0);
		settings.put("spring.datasource.url", database.url());
		settings.put("spring.datasource.username", database.username());
		settings.put("spring.datasource.password", database.password());
		settings.put("tallygate.database.app-role", database.username());
		settings.put("spring.kafka.bootstrap-servers", this.kafka.bootstrapServers());
		settings.put("tallygate.keys.internal-url", this.keyService.url());
		settings.put("tallygate.service.secret.gateway", "a-secret-of-the-gateway-for-this-test-only");
		settings.put("tallygate.spool.directory", directory.resolve("spool").toString());
		settings.put("tallygate.default-model", "openai:gpt-4o-mini");
		settings.put("tallygate.completion.drain-delay", "0s");
		settings.putAll(more);
		Stream<String> arguments = settings.entrySet()
			.stream()
			.map((entry) -> "--" + entry.getKey() + '=' + entry.getValue());
		this.context = new SpringApplication(GatewayApplication.class).run(arguments.toArray(String[]::new));
		HealthIndicator budgets = this.context.getBean("budgetStatusHealthIndicator", HealthIndicator.class);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> Status.UP.equals(Objects.requireNonNull(budgets.health()).getStatus()));
	}

	/** A gateway with a spool in this directory. */
	static WholeGateway start(Path directory, Map<String, Object> more) throws Exception {
		return new WholeGateway(directory, more);
	}

	/** Other tests on the same broker may have made it. */
	private void create(String topic, int partitions) {
		try {
			this.kafka.create(new NewTopic(topic, partitions, (short) 1));
		}
		catch (IllegalStateException ex) {
			if (!(ex.getCause() instanceof TopicExistsException)) {
				throw ex;
			}
		}
	}

	URI url() {
		return URI.create("http://127.0.0.1:" + port("local.server.port"));
	}

	int port(String property) {
		return this.context.getEnvironment().getRequiredProperty(property, Integer.class);
	}

	@Override
	public void close() {
		this.context.close();
		this.http.shutdownNow();
		this.keyService.close();
		this.simulator.close();
	}

	/** Begins a chat completion whose stream goes on for a while. */
	Wire stream(int tokens, int delayMillis, String token) throws Exception {
		String prompt = "go on [[sim: output=" + tokens + " delay=" + delayMillis + "ms]]";
		Wire wire = Wire.post(port("local.server.port"), token, "/v1/chat/completions",
				ask("gpt-4o", prompt, ",\"stream\":true"));
		assertThat(wire.head()).startsWith("HTTP/1.1 200");
		return wire;
	}

	static String ask(String model, String prompt, String more) {
		return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]" + more
				+ "}";
	}

	HttpResponse<String> post(String path, String body, String token, String... headers) throws Exception {
		HttpRequest.Builder request = request(path, token).POST(HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request);
	}

	HttpRequest.Builder request(String path, String token) {
		int port = port("local.server.port");
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Authorization", "Bearer " + token)
			.header("Content-Type", "application/json");
	}

	HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
		return this.http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	void publish(String topic, String key, EventData data) throws Exception {
		publish(topic, key, EventCodec.encode(CloudEvent.of(UuidV7.next(), "/keys", Instant.now(), data)));
	}

	/** Publishes a record; null for a tombstone. */
	void publish(String topic, String key, byte @Nullable [] event) throws Exception {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(this.kafka.clientProperties(),
				new StringSerializer(), new ByteArraySerializer())) {
			producer.send(new ProducerRecord<>(topic, key, event)).get();
		}
	}

	/** Budget-service gives a sign of life, as it does each second. */
	void budgetServiceIsHeard() throws Exception {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(this.kafka.clientProperties(),
				new StringSerializer(), new ByteArraySerializer())) {
			for (PartitionInfo each : producer.partitionsFor(Topics.BUDGET_STATUS)) {
				BudgetHeartbeat sign = new BudgetHeartbeat(each.partition(), Instant.now());
				producer
					.send(new ProducerRecord<>(Topics.BUDGET_STATUS, each.partition(), BudgetHeartbeat.KEY,
							EventCodec.encode(CloudEvent.of(UuidV7.next(), "/budget", Instant.now(), sign))))
					.get();
			}
		}
	}

	UsageSettled settledEvent(String callId) {
		Map<String, Object> config = new HashMap<>(this.kafka.clientProperties());
		config.put("auto.offset.reset", "earliest");
		config.put("group.id", "test-" + UUID.randomUUID());
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(config, new StringDeserializer(),
				new ByteArrayDeserializer())) {
			consumer.subscribe(List.of(Topics.USAGE));
			return await().atMost(Duration.ofSeconds(15)).until(() -> poll(consumer, callId), (found) -> found != null);
		}
	}

	private static @Nullable UsageSettled poll(KafkaConsumer<String, byte[]> consumer, String callId) throws Exception {
		for (var each : consumer.poll(Duration.ofMillis(200))) {
			if (EventCodec.decode(each.value()).data() instanceof UsageSettled settled
					&& settled.callId().toString().equals(callId)) {
				return settled;
			}
		}
		return null;
	}

}
