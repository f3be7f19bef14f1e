package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.EventData;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.ProviderKeyEvent;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.security.ApiKeyFormat;
import dev.tallygate.simulator.BillRow;
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
import java.util.UUID;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole service as it runs, with a real broker, a real database and the simulator.
 */
class GatewayServiceTests {

	static final UserId USER = new UserId(UuidV7.next());

	static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	static final String TOKEN = ApiKeyFormat.generate(KeyType.DEV);

	@TempDir
	static Path spool;

	static FakeKeyService keyService;

	static Simulator simulator;

	static EmbeddedKafka kafka;

	static ConfigurableApplicationContext gateway;

	static final HttpClient HTTP = HttpClient.newHttpClient();

	@BeforeAll
	static void start() throws Exception {
		kafka = EmbeddedKafka.shared();
		kafka.create(new NewTopic(Topics.KEYS, 3, (short) 1), new NewTopic(Topics.USERS, 3, (short) 1),
				new NewTopic(Topics.BUDGET_STATUS, 12, (short) 1));
		simulator = Simulator.start(SimulatorConfig.onFreePort());
		keyService = new FakeKeyService();
		keyService.member(TOKEN, USER, KEY);
		keyService.provider("openai", "openai", simulator.baseUrl("openai"), "sk-sim-system");
		EmbeddedDatabase database = EmbeddedDatabase.create();
		Map<String, Object> settings = new HashMap<>();
		settings.put("server.port", 0);
		settings.put("management.server.port", 0);
		settings.put("spring.datasource.url", database.url());
		settings.put("spring.datasource.username", database.username());
		settings.put("spring.datasource.password", database.password());
		settings.put("tallygate.database.app-role", database.username());
		settings.put("spring.kafka.bootstrap-servers", kafka.bootstrapServers());
		settings.put("tallygate.keys.internal-url", keyService.url());
		settings.put("tallygate.service.secret.gateway", "a-secret-of-the-gateway-for-this-test-only");
		settings.put("tallygate.spool.directory", spool.resolve("spool").toString());
		settings.put("tallygate.default-model", "openai:gpt-4o-mini");
		SpringApplication application = new SpringApplication(GatewayApplication.class);
		application.setDefaultProperties(settings);
		gateway = application.run(settings.entrySet()
			.stream()
			.map((entry) -> "--" + entry.getKey() + '=' + entry.getValue())
			.toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		keyService.close();
		simulator.close();
	}

	@Test
	void aCallEndsAsOneEventThatEqualsTheBill() throws Exception {
		HttpResponse<String> plain = post("/v1/chat/completions", ask("gpt-4o", "one two three", ""), TOKEN);
		HttpResponse<String> streamed = post("/v1/chat/completions", ask("gpt-4o", "four five", ",\"stream\":true"),
				TOKEN);

		assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
		assertThat(streamed.statusCode()).as(streamed.body()).isEqualTo(200);
		for (HttpResponse<String> answer : List.of(plain, streamed)) {
			String callId = answer.headers().firstValue("x-tallygate-call-id").orElseThrow();
			UsageSettled settled = settledEvent(callId);
			BillRow billed = simulator.bill().rows((row) -> callId.equals(row.requestId())).getFirst();
			assertThat(settled.inputTokens()).isEqualTo(billed.inputTokens());
			assertThat(settled.outputTokens()).isEqualTo(billed.outputTokens());
			assertThat(settled.priced()).isTrue();
		}
	}

	@Test
	void aKeyIsRefusedWithinASecondOfTheEvent() throws Exception {
		ApiKeyId key = new ApiKeyId(UuidV7.next());
		String token = ApiKeyFormat.generate(KeyType.DEV);
		keyService.member(token, USER, key);
		assertThat(post("/v1/chat/completions", ask("gpt-4o", "one", ""), token).statusCode()).isEqualTo(200);

		keyService.tokens.remove(token);
		publish(Topics.KEYS, key.toString(), new ApiKeyEvent.Revoked(key, USER, "default", "tg_dev_xxxxx", KeyType.DEV,
				Instant.now(), null, Instant.now(), 2));

		await().atMost(Duration.ofSeconds(1))
			.until(() -> post("/v1/chat/completions", ask("gpt-4o", "one", ""), token).statusCode() == 401);
	}

	@Test
	void aNewProviderKeyIsUsedWithinASecondOfTheEvent() throws Exception {
		post("/v1/chat/completions", ask("gpt-4o", "one", ""), TOKEN);
		Map<String, Object> own = new HashMap<>(keyService.keys.get("openai"));
		own.put("credential", "user");
		own.put("apiKey", "sk-sim-own-key");
		keyService.keys.put("openai", own);
		publish(Topics.KEYS, UUID.randomUUID().toString(),
				new ProviderKeyEvent.Saved(UUID.randomUUID(), USER, "openai", 1));

		await().atMost(Duration.ofSeconds(1))
			.until(() -> post("/v1/chat/completions", ask("gpt-4o", "one", ""), TOKEN).headers()
				.firstValue("x-tallygate-credential")
				.orElse("")
				.equals("user"));
	}

	@Test
	void agentsAndSettingsDecideTheModelOfCallsThatNameNone() throws Exception {
		HttpResponse<String> made = post("/api/users/me/agents",
				"{\"name\":\"writer\",\"preferredModel\":\"openai:gpt-4o\"}", TOKEN);
		assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
		assertThat(post("/api/users/me/agents", "{\"name\":\"writer\"}", TOKEN).statusCode()).isEqualTo(409);
		assertThat(post("/api/users/me/agents", "{\"name\":\"no spaces\"}", TOKEN).statusCode()).isEqualTo(400);
		assertThat(post("/api/users/me/agents", "{\"name\":\"x\",\"unknown\":1}", TOKEN).statusCode()).isEqualTo(400);

		String unnamed = "{\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}";
		assertThat(modelOf(post("/v1/chat/completions", unnamed, TOKEN))).isEqualTo("openai:gpt-4o-mini");
		assertThat(modelOf(post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "writer")))
			.isEqualTo("openai:gpt-4o");
		HttpResponse<String> set = send(request("/api/users/me/settings", TOKEN).method("PATCH",
				HttpRequest.BodyPublishers.ofString("{\"preferredModel\":\"openai:gpt-4o\"}")));
		assertThat(set.body()).contains("openai:gpt-4o");
		assertThat(modelOf(post("/v1/chat/completions", unnamed, TOKEN))).isEqualTo("openai:gpt-4o");
		send(request("/api/users/me/settings", TOKEN).method("PATCH",
				HttpRequest.BodyPublishers.ofString("{\"preferredModel\":null}")));
		assertThat(send(request("/api/users/me/settings", TOKEN).GET()).body()).contains("null");
		assertThat(post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "nobody").statusCode())
			.isEqualTo(404);

		assertThat(send(request("/api/users/me/agents", TOKEN).GET()).body()).contains("writer");
		assertThat(send(request("/api/users/" + UUID.randomUUID() + "/agents", TOKEN).GET()).statusCode())
			.isEqualTo(404);
		assertThat(send(request("/api/users/me/agents/writer", TOKEN).method("PATCH",
				HttpRequest.BodyPublishers.ofString("{\"name\":\"editor\"}")))
			.body()).contains("editor", "openai:gpt-4o");
		assertThat(send(request("/api/users/me/agents/editor", TOKEN).DELETE()).statusCode()).isEqualTo(204);
		assertThat(send(request("/api/users/me/agents/editor", TOKEN).GET()).statusCode()).isEqualTo(404);
	}

	@Test
	void nothingOutsideTheWiresAnswersWithoutAKey() throws Exception {
		for (String path : List.of("/api/users/me/agents", "/api/prices", "/", "/nothing", "/v1/models", "/v1/x")) {
			assertThat(send(request(path, "no-key").GET()).statusCode()).as(path).isEqualTo(401);
		}
	}

	private static String modelOf(HttpResponse<String> answer) {
		return answer.headers().firstValue("x-tallygate-model").orElse(answer.body());
	}

	private static String ask(String model, String prompt, String more) {
		return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]" + more
				+ "}";
	}

	private static HttpResponse<String> post(String path, String body, String token, String... headers)
			throws Exception {
		HttpRequest.Builder request = request(path, token).POST(HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request);
	}

	private static HttpRequest.Builder request(String path, String token) {
		int port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Authorization", "Bearer " + token)
			.header("Content-Type", "application/json");
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static void publish(String topic, String key, EventData data) throws Exception {
		byte[] event = EventCodec.encode(CloudEvent.of(UuidV7.next(), "/keys", Instant.now(), data));
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(kafka.clientProperties(),
				new StringSerializer(), new ByteArraySerializer())) {
			producer.send(new ProducerRecord<>(topic, key, event)).get();
		}
	}

	private static UsageSettled settledEvent(String callId) {
		Map<String, Object> config = new HashMap<>(kafka.clientProperties());
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
