package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.EventData;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionProperties;
import dev.tallygate.gateway.admission.BudgetServiceProperties;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.pricing.Demand;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.pricing.PricingProperties;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.gateway.usage.Calls.Begun;
import dev.tallygate.gateway.usage.Calls.Refused;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.messaging.MessagingAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/**
 * Prices, admission, spool and sender as the application wires them, on a real broker.
 */
class BooksInContextTests {

	private final UserId user = new UserId(UuidV7.next());

	@TempDir
	private Path directory;

	@Test
	void spendGoesOutAndTheBudgetComesBack() {
		EmbeddedKafka kafka = EmbeddedKafka.shared();
		runner(kafka.bootstrapServers()).run((context) -> {
			assertThat(context).hasNotFailed();
			Calls calls = context.getBean(Calls.class);
			String source = context.getBean(Spool.class).source();
			Awaitility.await().until(() -> health(context, "budgetStatusHealthIndicator").equals(Status.UP));
			assertThat(health(context, "spoolHealthIndicator")).isEqualTo(Status.UP);
			assertThat(context.getBean(Prices.class).inForce().find("openai", "gpt-4o-mini", Instant.now()))
				.isNotNull();

			begin(calls).settle(Fixtures.completed(1000, 500));
			Awaitility.await().until(() -> context.getBean(Spool.class).state().depth() == 0);

			publish(kafka, new BudgetHeartbeat(partitionOf(kafka), Instant.now()), BudgetHeartbeat.KEY);
			publish(kafka, status(450_000, Map.of(source, 1L), 0), this.user.toString());
			Awaitility.await()
				.atMost(Duration.ofSeconds(5))
				.until(() -> calls.begin(request()) instanceof Refused refused
						&& refused.refusal() instanceof Refusal.OverLimit over && over.spent().value() == 450_000);
			Awaitility.await()
				.untilAsserted(() -> assertThat(ofMine(kafka, source))
					.anySatisfy((data) -> assertThat(data).isInstanceOf(BudgetRefused.class)));
			publish(kafka, status(450_000, Map.of(source, 1L), 1), this.user.toString());
			Awaitility.await()
				.atMost(Duration.ofSeconds(5))
				.until(() -> calls.begin(request()) instanceof Begun begun && begun.call().voided());
		});
		assertThat(this.directory.resolve("budget-status.snapshot")).exists();
	}

	@Test
	void startsWithoutKafkaFromTheLastSnapshot() throws Exception {
		Files.write(this.directory.resolve("budget-status.snapshot"),
				List.of(new String(
						EventCodec
							.encode(CloudEvent.of(UuidV7.next(), "/budget", Instant.now(), status(0, Map.of(), 0))),
						java.nio.charset.StandardCharsets.UTF_8)));
		runner("127.0.0.1:1").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(health(context, "budgetStatusHealthIndicator")).isEqualTo(Status.DOWN);
			Awaitility.await().until(() -> health(context, "budgetStatusHealthIndicator").equals(Status.UP));
			assertThat(context.getBean(Calls.class).begin(request())).isInstanceOfSatisfying(Refused.class,
					(refused) -> assertThat(refused.refusal().code()).isEqualTo("budget_unavailable"));
		});
	}

	@Test
	void withoutKafkaAndWithoutASnapshotItIsNotReadyAndAdmitsNobody() {
		runner("127.0.0.1:1").withPropertyValues("tallygate.admission.start-without-kafka-after=1ms").run((context) -> {
			assertThat(health(context, "budgetStatusHealthIndicator")).isEqualTo(Status.DOWN);
			assertThat(context.getBean(Calls.class).begin(request()))
				.as("whoever has a limit looks like somebody who has none")
				.isInstanceOfSatisfying(Refused.class,
						(refused) -> assertThat(refused.refusal().code()).isEqualTo("budget_unavailable"));
		});
	}

	@Test
	void aLockedSpoolStopsTheStart() throws Exception {
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.openCalls()).isEmpty();
			runner("127.0.0.1:1").run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(UnusableSpoolException.class));
		}
	}

	private ApplicationContextRunner runner(String bootstrapServers) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class, MessagingAutoConfiguration.class))
			.withUserConfiguration(Books.class)
			.withPropertyValues("spring.kafka.bootstrap-servers=" + bootstrapServers,
					"tallygate.spool.directory=" + this.directory, "tallygate.spool.stop-timeout=1s",
					"tallygate.instance=test one", "tallygate.admission.start-without-kafka-after=2s",
					"tallygate.admission.snapshot-file=" + this.directory.resolve("budget-status.snapshot"));
	}

	private static Status health(ApplicationContext context, String bean) {
		return java.util.Objects.requireNonNull(context.getBean(bean, HealthIndicator.class).health()).getStatus();
	}

	private static OpenCall begin(Calls calls) {
		Calls.Begin begin = calls
			.begin(new CallRequest(new UserId(UuidV7.next()), null, null, null, null, "openai", null, "gpt-4o-mini",
					Operation.CHAT, false, Credential.USER, Demand.ofText(1, null, 1), Map.of(), false));
		assertThat(begin).isInstanceOf(Begun.class);
		return ((Begun) begin).call();
	}

	private CallRequest request() {
		return new CallRequest(this.user, null, null, null, null, "openai", null, "gpt-4o-mini", Operation.CHAT, false,
				Credential.USER, Demand.ofText(1, 10L, 1), Map.of(), false);
	}

	private BudgetStatus status(long spent, Map<String, Long> applied, long limitCents) {
		LocalDate first = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);
		Instant end = first.plusMonths(1).atStartOfDay(ZoneOffset.UTC).toInstant();
		return new BudgetStatus(this.user, System.currentTimeMillis(), "UTC", YearMonth.from(first), end, limitCents,
				Limit.BUDGET, Enforcement.HARD, new NanoUsd(spent), first.atStartOfDay(ZoneOffset.UTC).toInstant(), end,
				1000, 0, NanoUsd.ZERO, applied);
	}

	private int partitionOf(EmbeddedKafka kafka) throws Exception {
		try (KafkaProducer<String, byte[]> producer = producer(kafka)) {
			return producer.send(new ProducerRecord<>(Topics.BUDGET_STATUS, this.user.toString(), null))
				.get()
				.partition();
		}
	}

	private void publish(EmbeddedKafka kafka, EventData data, String key) throws Exception {
		Integer partition = (data instanceof BudgetHeartbeat heartbeat) ? heartbeat.partition() : null;
		try (KafkaProducer<String, byte[]> producer = producer(kafka)) {
			byte[] json = EventCodec.encode(CloudEvent.of(UuidV7.next(), "/budget", Instant.now(), data));
			producer.send(new ProducerRecord<>(Topics.BUDGET_STATUS, partition, key, json)).get();
		}
	}

	private static KafkaProducer<String, byte[]> producer(EmbeddedKafka kafka) {
		return new KafkaProducer<>(kafka.clientProperties(), new StringSerializer(), new ByteArraySerializer());
	}

	private static List<EventData> ofMine(EmbeddedKafka kafka, String source) throws Exception {
		List<EventData> events = new ArrayList<>();
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(kafka.clientProperties(),
				new StringDeserializer(), new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(Topics.USAGE)
				.stream()
				.map((partition) -> new TopicPartition(Topics.USAGE, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
				CloudEvent<?> event = EventCodec.decode(record.value());
				if (event.source().equals(source)) {
					events.add(event.data());
				}
			}
		}
		assertThat(events).anySatisfy((data) -> assertThat(data).isInstanceOf(UsageSettled.class));
		return events;
	}

	@Configuration(proxyBeanMethods = false)
	@ComponentScan(basePackages = { "dev.tallygate.gateway.spool", "dev.tallygate.gateway.admission",
			"dev.tallygate.gateway.pricing" })
	@EnableConfigurationProperties({ SpoolProperties.class, AdmissionProperties.class, BudgetServiceProperties.class,
			PricingProperties.class, dev.tallygate.gateway.pricing.EstimateProperties.class,
			dev.tallygate.gateway.pricing.UnpricedProperties.class })
	static class Books {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
