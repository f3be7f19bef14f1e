package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The usage topic is read once more from its beginning, after a month of it has left for
 * a file.
 */
class ReadAgainTests {

	@TempDir
	private static Path folder;

	private static MeteringService service;

	private final YearMonth month = YearMonth.now(ZoneOffset.UTC).minusMonths(3);

	private final Instant start = this.month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);

	@BeforeAll
	static void start() throws Exception {
		service = new MeteringService(arguments());
		service.keys.serve("/internal/audit", (exchange) -> {
			try (exchange) {
				exchange.getRequestBody().readAllBytes();
				exchange.sendResponseHeaders(204, -1);
			}
		});
		stampByTheProducer();
	}

	/** The broker of a test has no other way to records of months ago. */
	private static void stampByTheProducer() throws Exception {
		try (Admin admin = Admin.create(service.kafka.clientProperties())) {
			admin
				.incrementalAlterConfigs(
						Map.of(new ConfigResource(ConfigResource.Type.TOPIC, Topics.USAGE),
								List.of(set(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime"),
										set(TopicConfig.RETENTION_MS_CONFIG, "-1"))))
				.all()
				.get();
		}
		// The broker goes by it a moment after it has agreed.
		Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
	}

	private static AlterConfigOp set(String name, String value) {
		return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
	}

	private static String[] arguments() {
		return new String[] { "--tallygate.archive.directory=" + folder, "--tallygate.archive.interval=200ms" };
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void countsNoCallOfAnArchivedMonthASecondTime() {
		Calls call = Calls.aCall().at(this.start.plus(Duration.ofDays(9)));
		String key = service.keys.issue(call.user(), Role.MEMBER);
		CloudEvent<UsageSettled> corrected = call.settled(1);
		CloudEvent<UsageAdjusted> correction = Calls.adjusted(corrected.data(), UuidV7.next(), -50_000);
		isDone(correction.data());
		publish(this.start.plus(Duration.ofDays(10)), corrected, call.settled(2), call.settled(3), correction);
		service.awaitIntake(4);
		archive();
		assertThat(cost(key)).isEqualTo(3 * 450_000 - 50_000);

		service.stopInstances();
		service.jdbc.sql("UPDATE intake_position SET next_offset = 0").update();
		// Has never been read, as if it had waited in the topic while its month left.
		publish(this.start.plus(Duration.ofDays(40)), call.settled(4));
		service.startInstance(arguments());
		service.awaitIntake(5);

		assertThat(cost(key)).isEqualTo(4 * 450_000 - 50_000);
		assertThat(service.ledgerRows()).as("what had come before is in the file alone").isEqualTo(1);
		assertThat(service.jdbc.sql("SELECT seq_count FROM usage_source WHERE source = ?")
			.param(call.source())
			.query(Long.class)
			.single()).isEqualTo(4);
		assertThat(service.jdbc.sql("SELECT count(*) FROM dead_letter").query(Long.class).single()).isZero();

		// Told again before its month left, and read after.
		publish(Instant.now(), correction);
		service.awaitIntake(6);
		assertThat(cost(key)).isEqualTo(4 * 450_000 - 50_000);
	}

	private void isDone(UsageAdjusted correction) {
		service.jdbc
			.sql("""
					INSERT INTO rerate_job (id, period, provider, model, reason, price_version, prices, requested_by, state, adjusted)
					VALUES (?, ?, 'openai', 'gpt-4o-mini', 'x', 'v', '[]', ?, 'done', 1)""")
			.params(correction.job(), this.month.atDay(1), UuidV7.next())
			.update();
	}

	private static void publish(Instant recordedAt, CloudEvent<?>... events) {
		service.send(Arrays.stream(events)
			.map((event) -> new ProducerRecord<>(Topics.USAGE, null, recordedAt.toEpochMilli(),
					event.data().userId().toString(), EventCodec.encode(event)))
			.toList());
	}

	private void archive() {
		String admin = service.keys.admin();
		assertThat(service.post("/api/usage/archives", admin, "{\"period\":\"" + this.month + "\"}").statusCode())
			.isEqualTo(202);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> service.json("/api/usage/archives", admin).at("/data/0/state").asString(), "dropped"::equals);
	}

	private long cost(String key) {
		JsonNode summary = service.json("/api/users/me/usage/summary?period=" + this.month, key);
		return summary.get("totalCostNanos").asLong();
	}

}
