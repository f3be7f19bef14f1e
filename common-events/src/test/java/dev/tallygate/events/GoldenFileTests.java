package dev.tallygate.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the wire form of every event type against a file, so that a change of it cannot
 * happen by accident. A type that has no sample here fails.
 */
class GoldenFileTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Instant TIME = Instant.parse("2026-11-21T03:04:05.123Z");

	private static final UserId USER = UserId.parse("0199aa00-0000-7000-8000-000000000001");

	private static final ApiKeyId KEY = ApiKeyId.parse("0199aa00-0000-7000-8000-000000000002");

	private static final AgentId AGENT = AgentId.parse("0199aa00-0000-7000-8000-000000000003");

	private static final CallId CALL = CallId.parse("0199aa00-0000-7000-8000-000000000004");

	private static final UUID ID = UUID.fromString("0199aa00-0000-7000-8000-000000000005");

	private static final YearMonth PERIOD = YearMonth.of(2026, 11);

	private static final LocalDate DAY = LocalDate.of(2026, 11, 21);

	static Stream<CloudEvent<?>> samples() {
		return Stream.of(settled(), sample("/metering", adjusted()), sample("/gateway/a/0199aa00",
				new BudgetRefused(USER, Limit.BUDGET, PERIOD, 100, new NanoUsd(999_550_000), new NanoUsd(600_000), TIME,
						KEY, new NanoUsd(50_000), 400L, Instant.parse("2026-12-01T00:00:00Z"))),
				sample("/gateway/a/0199aa00", new RepeatedCalls(USER, KEY, 20, DAY, TIME)),
				sample("/gateway/a/0199aa00", new SystemKeyRefused("openai", TIME)),
				sample("/budget",
						new InstallationStatus(9, PERIOD, Instant.parse("2026-12-01T00:00:00Z"), 100_000L,
								BudgetStatus.Enforcement.HARD, new NanoUsd(450_000), 5000L,
								BudgetStatus.Enforcement.SOFT, false)),
				sample("/budget",
						new BudgetAlert.CallRefused(ID, USER, PERIOD, 100, NanoUsd.ZERO, TIME,
								new NanoUsd(1_100_000_000), NanoUsd.ofCents(100), Limit.KEY, KEY, new NanoUsd(50_000),
								400L, Instant.parse("2026-12-01T00:00:00Z"))),
				sample("/budget", new BudgetAlert.CallsRepeating(ID, USER, PERIOD, KEY, DAY, 20, TIME)),
				sample("/budget", new BudgetAlert.ModelUnpriced(ID, USER, PERIOD, "openai", "new-model", TIME)),
				sample("/budget", new BudgetAlert.SystemKeyRejected(ID, UserId.NOBODY, PERIOD, "openai", DAY, TIME)),
				sample("/gateway/a/0199aa00", new SourceClosed(42, TIME)), sample("/budget", status()),
				sample("/budget", new BudgetHeartbeat(7, TIME)),
				sample("/budget",
						new BudgetAlert.ThresholdCrossed(ID, USER, PERIOD, 75, 100, new NanoUsd(750_000_000), TIME)),
				sample("/budget", new BudgetAlert.Exceeded(ID, USER, PERIOD, 100, new NanoUsd(1_000_000_000), TIME)),
				sample("/budget",
						new BudgetAlert.CreditsExhausted(ID, USER, PERIOD, Instant.parse("2026-11-14T00:00:00Z"), 1000,
								NanoUsd.ofCents(1000), TIME)),
				sample("/keys",
						new ApiKeyEvent.Issued(KEY, USER, "default", "tg_dev_abcde", KeyType.DEV, TIME, null, null, 1)),
				sample("/keys",
						new ApiKeyEvent.Changed(KEY, USER, "ci", "tg_prod_abcd", KeyType.PROD, TIME, TIME, null, 2)),
				sample("/keys",
						new ApiKeyEvent.Revoked(KEY, USER, "ci", "tg_prod_abcd", KeyType.PROD, TIME, TIME, TIME, 3)),
				sample("/gateway/a/0199aa00", new ApiKeyUsed(KEY, USER, TIME)),
				sample("/keys", new ProviderKeyEvent.Saved(ID, USER, "openai", 1)),
				sample("/keys", new ProviderKeyEvent.Removed(ID, USER, "openai", 2)),
				sample("/keys", new ProviderKeyEvent.Invalidated(ID, USER, "openai", 3)),
				sample("/keys", new UserEvent.Registered(USER, TIME, 1)),
				sample("/keys", new UserEvent.Changed(USER, TIME, 2)),
				sample("/keys", new UserEvent.Deleted(USER, TIME, 3)));
	}

	@ParameterizedTest
	@MethodSource("samples")
	void writesWhatTheGoldenFileSays(CloudEvent<?> event) {
		byte[] golden = golden(event);
		assertThat(JSON.readTree(EventCodec.encode(event))).isEqualTo(JSON.readTree(golden));
	}

	@ParameterizedTest
	@MethodSource("samples")
	void readsTheGoldenFile(CloudEvent<?> event) throws Exception {
		assertThat(EventCodec.decode(golden(event))).isEqualTo(event);
	}

	@ParameterizedTest
	@MethodSource("samples")
	void meetsItsSchema(CloudEvent<?> event) throws IOException {
		try (InputStream source = CloudEvent.class.getResourceAsStream("schema/" + event.type() + ".json")) {
			assertThat(source).as("schema of %s", event.type()).isNotNull();
			Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
				.getSchema(source, InputFormat.JSON);
			String json = new String(EventCodec.encode(event), StandardCharsets.UTF_8);
			assertThat(schema.validate(json, InputFormat.JSON)).isEmpty();
			String without = json.replace("\"data\":{", "\"other\":{");
			assertThat(schema.validate(without, InputFormat.JSON)).as("an event without data").isNotEmpty();
		}
	}

	@Test
	void coversEveryType() {
		List<String> covered = samples().map(CloudEvent::type).toList();
		assertThat(covered).containsExactlyInAnyOrderElementsOf(EventTypes.all().values());
	}

	private static CloudEvent<?> settled() {
		return new CloudEvent<>(CALL.value(), "/gateway/a/0199aa00", TIME, 42L,
				new UsageSettled(CALL, USER, KEY, KeyType.DEV, AGENT, "thread-7", "openai", "gpt-4o-mini",
						"gpt-4o-mini", UsageSettled.Operation.CHAT, true, Credential.SYSTEM,
						UsageSettled.Status.COMPLETED, UsageSettled.UsageSource.PROVIDER, 1000L, 0L, null, 500L, null,
						new NanoUsd(450_000), true, "2026-11-01", TIME.minusMillis(800), TIME, PERIOD, DAY, 120L, 1,
						200, Map.of("team", "search"), Map.of("input", 1000L, "output", 500L),
						new UsageBasis("flex", null, ">272000", "us", null, null,
								List.of(new UsageBasis.Iteration("message", null, Map.of("input", 1000L))),
								List.of("cache_read=input"), List.of("corrected")),
						List.of(new MeterCharge("input", 1000, 150_000_000, null, new NanoUsd(150_000), null),
								new MeterCharge("output", 500, 600_000_000, "11/10", new NanoUsd(300_000), "gpt-4o")),
						List.of("web_fetch"), true));
	}

	private static UsageAdjusted adjusted() {
		return new UsageAdjusted(CALL, USER, ID, "price corrected", new NanoUsd(-50_000), "2026-11-02", KEY,
				KeyType.DEV, null, "openai", "gpt-4o-mini", Credential.SYSTEM, PERIOD, DAY,
				List.of(new MeterCharge("input", 1000, 100_000_000, null, new NanoUsd(100_000), null)),
				List.of("web_fetch"));
	}

	private static BudgetStatus status() {
		return new BudgetStatus(USER, 7, "Europe/Berlin", PERIOD, Instant.parse("2026-11-30T23:00:00Z"), 100L,
				Limit.BUDGET, BudgetStatus.Enforcement.HARD, new NanoUsd(450_000),
				Instant.parse("2026-11-14T00:00:00Z"), Instant.parse("2026-12-14T00:00:00Z"), 1000, 0,
				new NanoUsd(450_000), Map.of("/gateway/a/0199aa00", 42L),
				Map.of(BudgetStatus.BUDGET_SCOPE,
						new BudgetStatus.Lines(new NanoUsd(10_000_000), NanoUsd.ZERO, true, 3,
								Map.of("/gateway/a/0199aa00", new NanoUsd(150_000_000)))),
				List.of(new BudgetStatus.KeyBudget(KEY, BudgetStatus.KeyPeriod.DAY, "2026-11-21",
						Instant.parse("2026-11-21T23:00:00Z"), 50, BudgetStatus.Enforcement.HARD,
						new NanoUsd(450_000))));
	}

	private static <T extends EventData> CloudEvent<T> sample(String source, T data) {
		return CloudEvent.of(ID, source, TIME, data);
	}

	private static byte[] golden(CloudEvent<?> event) {
		Path file = Path.of("src/test/resources/golden", event.type() + ".json");
		try {
			if (Boolean.getBoolean("golden.write")) {
				Files.createDirectories(file.getParent());
				Files.writeString(file, JSON.writerWithDefaultPrettyPrinter()
					.writeValueAsString(JSON.readTree(EventCodec.encode(event))) + "\n");
			}
			if (!Files.exists(file)) {
				return fail("no golden file for %s; make it with -Dgolden.write=true and read it", event.type());
			}
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
