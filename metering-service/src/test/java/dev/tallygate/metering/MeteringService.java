package dev.tallygate.metering;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.security.caller.FakeKeyService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole service on a broker and a database of its own, run as the least-privileged
 * role.
 */
final class MeteringService implements AutoCloseable {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final String ROLE_PASSWORD = "app-password-for-tests";

	private final HttpClient client = HttpClient.newHttpClient();

	final EmbeddedKafka kafka = EmbeddedKafka.start();

	final EmbeddedDatabase database = EmbeddedDatabase.create();

	final FakeKeyService keys = FakeKeyService.start();

	final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final String role = this.database.url().replaceAll(".*/(test_\\d+).*", "app_$1");

	private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(this.kafka.clientProperties(),
			new StringSerializer(), new ByteArraySerializer());

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	/**
	 * Starts one instance.
	 * @param more further arguments
	 */
	MeteringService(String... more) {
		this.database.execute("CREATE ROLE " + this.role + " LOGIN PASSWORD '" + ROLE_PASSWORD + "'");
		if (EmbeddedDatabase.ON_CITUS) {
			startInstance(more).close();
			this.instances.clear();
			this.database.spread(MeteringDatabase.DISTRIBUTE);
		}
		startInstance(more);
	}

	/** One more instance of the service. */
	ConfigurableApplicationContext startInstance(String... more) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--management.server.port=0",
				"--spring.kafka.bootstrap-servers=" + this.kafka.bootstrapServers(),
				"--spring.datasource.url=" + this.database.url(), "--spring.datasource.username=" + this.role,
				"--spring.datasource.password=" + ROLE_PASSWORD, "--spring.flyway.user=" + this.database.username(),
				"--spring.flyway.password=" + this.database.password(),
				"--tallygate.keys.internal-url=" + this.keys.url(), "--tallygate.url=" + this.keys.url(),
				"--tallygate.service.secret.metering=" + FakeKeyService.SERVICE_SECRET,
				"--spring.datasource.hikari.maximum-pool-size=6"));
		arguments.addAll(List.of(more));
		ConfigurableApplicationContext instance = SpringApplication.run(MeteringApplication.class,
				arguments.toArray(String[]::new));
		this.instances.add(instance);
		return instance;
	}

	void stopInstances() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.instances.clear();
	}

	<T> T bean(Class<T> type) {
		return this.instances.getFirst().getBean(type);
	}

	/** One of the service's loops, to be stopped and started. */
	BackgroundLoop loop(String bean) {
		return this.instances.getFirst().getBean(bean, BackgroundLoop.class);
	}

	/** Publishes to the usage topic and waits for the acknowledgements. */
	void publish(List<? extends CloudEvent<?>> events) {
		send(events.stream()
			.map((event) -> new ProducerRecord<>(Topics.USAGE, event.data().userId().toString(),
					EventCodec.encode(event)))
			.toList());
	}

	void publish(CloudEvent<?>... events) {
		publish(List.of(events));
	}

	void publishRaw(String value) {
		send(List.of(new ProducerRecord<>(Topics.USAGE, "key", value.getBytes(StandardCharsets.UTF_8))));
	}

	void send(List<ProducerRecord<String, byte[]>> records) {
		try {
			List<Future<?>> answers = new ArrayList<>();
			for (ProducerRecord<String, byte[]> each : records) {
				answers.add(this.producer.send(each));
			}
			for (Future<?> answer : answers) {
				answer.get();
			}
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Waits until everything that is in the usage topic has been taken in. */
	void awaitIntake(long records) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> position() >= records);
	}

	long position() {
		return this.jdbc
			.sql("SELECT coalesce(sum(next_offset), 0) FROM intake_position WHERE topic = '" + Topics.USAGE + "'")
			.query(Long.class)
			.single();
	}

	long ledgerRows() {
		return this.jdbc.sql("SELECT count(*) FROM ledger").query(Long.class).single();
	}

	URI url() {
		return URI.create(url("local.server.port"));
	}

	HttpResponse<String> get(String path, @Nullable String key, String... headers) {
		return exchange("GET", URI.create(url("local.server.port") + path), key, null, headers);
	}

	HttpResponse<String> post(String path, @Nullable String key, String body) {
		return exchange("POST", URI.create(url("local.server.port") + path), key, body, "Content-Type",
				"application/json");
	}

	HttpResponse<String> management(String path) {
		return exchange("GET", URI.create(url("local.management.port") + path), null, null);
	}

	private String url(String port) {
		return "http://localhost:" + this.instances.getFirst().getEnvironment().getRequiredProperty(port);
	}

	JsonNode json(String path, String key) {
		HttpResponse<String> response = get(path, key);
		if (response.statusCode() != 200) {
			throw new AssertionError(response.statusCode() + " " + response.body());
		}
		return MAPPER.readTree(response.body());
	}

	private HttpResponse<String> exchange(String method, URI uri, @Nullable String key, @Nullable String body,
			String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri)
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (key != null) {
			request.header("Authorization", "Bearer " + key);
		}
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		stopInstances();
		this.producer.close();
		this.client.close();
		this.keys.close();
		this.kafka.close();
	}

}
