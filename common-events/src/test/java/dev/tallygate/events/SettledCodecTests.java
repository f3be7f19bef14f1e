package dev.tallygate.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * The quick way of the event that comes with every call does what the mapper does.
 */
class SettledCodecTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final List<String> TEXTS = List.of("openai", "gpt-4o-mini",
			"Grüße \"quoted\" \\ \n\u0001 \uD83D\uDE80", "");

	private final long seed = System.nanoTime();

	private final Random random = new Random(this.seed);

	@Test
	void writesWhatTheMapperWritesAndReadsWhatItReads() throws Exception {
		for (int i = 0; i < 2000; i++) {
			CloudEvent<UsageSettled> event = any();
			byte[] bytes = EventCodec.encode(event);
			String data = MAPPER.writeValueAsString(event.data());
			assertThat(new String(bytes, StandardCharsets.UTF_8)).as("seed %d", this.seed)
				.endsWith("\"data\":" + data + '}');
			assertThat(new SettledReader(MAPPER).read(bytes)).as("seed %d", this.seed)
				.isEqualTo((event.data().basis() != null) ? null : event);
			assertThat(EventCodec.decode(bytes)).as("seed %d", this.seed).isEqualTo(event);
		}
	}

	@Test
	void leavesWhatIsDamagedToTheMapper() {
		for (int i = 0; i < 5000; i++) {
			byte[] bytes = EventCodec.encode(any());
			int changes = 1 + this.random.nextInt(3);
			for (int change = 0; change < changes; change++) {
				bytes[this.random.nextInt(bytes.length)] = (byte) "{}[]\":,0a1 \\n-.eT".charAt(this.random.nextInt(16));
			}
			CloudEvent<?> quick = new SettledReader(MAPPER).read(bytes);
			if (quick != null) {
				assertThat(catchThrowable(() -> assertThat(EventCodec.decodeAny(bytes)).isEqualTo(quick)))
					.as("seed %d: %s", this.seed, new String(bytes, StandardCharsets.UTF_8))
					.isNull();
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "\"attempts\":1 | \"attempts\":1,\"attempts\":1",
					"\"specversion\":\"1.0\" | \"specversion\":\"1.0\",\"specversion\":\"1.0\"",
					"\"provider\":\"openai\" | \"provider\":null", "\"streamed\":true | \"streamed\":null",
					"\"seq\":\"42\" | \"seq\":\"x\"", "\"status\":\"completed\" | \"status\":\"gone\"" })
	void refusesWhatTheMapperRefuses(String from, String to) {
		String good = new String(EventCodec.encode(plain()), StandardCharsets.UTF_8);
		assertThat(good).contains(from);
		byte[] bad = good.replace(from, to).getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> EventCodec.decode(bad));
	}

	@Test
	void ignoresWhatItDoesNotKnow() throws Exception {
		String newer = new String(EventCodec.encode(plain()), StandardCharsets.UTF_8)
			.replace("\"attempts\":1", "\"attempts\":1,\"newer\":{\"a\":[1]}")
			.replace("\"specversion\"", "\"traceparent\":\"x\",\"specversion\"");
		assertThat(EventCodec.decode(newer.getBytes(StandardCharsets.UTF_8))).isEqualTo(plain());
	}

	@Test
	void writesTimesAsTheJdkDoes() {
		for (int i = 0; i < 20_000; i++) {
			Instant time = Instant.ofEpochSecond(this.random.nextLong(-70_000_000_000L, 300_000_000_000L),
					List.of(0L, 1_000_000L, 1_000L, 1_001_003L).get(i % 4) * this.random.nextInt(1000));
			assertThat(Times.text(time)).isEqualTo(time.toString());
			Instant parsed = Times.parse(time.toString());
			boolean usual = time.equals(time.truncatedTo(ChronoUnit.MICROS)) && time.toString().charAt(4) == '-';
			assertThat(parsed).as(time.toString()).isEqualTo(usual ? time : null);
		}
		assertThat(Times.parse("2026-02-29T00:00:00Z")).isNull();
		assertThat(Times.parse("2026-02-28T24:00:00Z")).isNull();
		assertThat(Times.parse("2028-02-29T23:59:59.001Z")).isEqualTo(Instant.parse("2028-02-29T23:59:59.001Z"));
	}

	private static CloudEvent<UsageSettled> plain() {
		UUID id = UUID.fromString("0199aa00-0000-7000-8000-000000000004");
		return new CloudEvent<>(id, "/gateway/a/0199aa00", Instant.EPOCH, 42L,
				new UsageSettled(new CallId(id), new UserId(id), null, null, null, null, "openai", null, "gpt-4o",
						UsageSettled.Operation.CHAT, true, Credential.SYSTEM, UsageSettled.Status.COMPLETED,
						UsageSettled.UsageSource.PROVIDER, 1L, null, null, 1L, null, null, false, null, Instant.EPOCH,
						Instant.EPOCH, YearMonth.of(1970, 1), LocalDate.EPOCH, null, 1, null));
	}

	private CloudEvent<UsageSettled> any() {
		UUID id = UuidV7.next();
		boolean priced = this.random.nextBoolean();
		// As a gateway stamps the end of a call.
		Instant at = Instant.ofEpochMilli(this.random.nextLong(0, 4_000_000_000_000L))
			.plus(this.random.nextInt(1000), ChronoUnit.MICROS);
		return new CloudEvent<>(id, "/gateway/a", at, maybe(this.random.nextLong(Long.MAX_VALUE)), new UsageSettled(
				new CallId(id), new UserId(UUID.randomUUID()), maybe(new ApiKeyId(UUID.randomUUID())),
				maybe(one(KeyType.values())), maybe(new AgentId(UUID.randomUUID())), maybe(text()), text(),
				maybe(text()), text(), one(UsageSettled.Operation.values()), this.random.nextBoolean(),
				one(Credential.values()), one(UsageSettled.Status.values()), one(UsageSettled.UsageSource.values()),
				maybe(this.random.nextLong()), maybe(this.random.nextLong()), maybe(0L), maybe(Long.MAX_VALUE),
				maybe(Long.MIN_VALUE), priced ? new NanoUsd(this.random.nextLong()) : null, priced, maybe(text()),
				at.minusMillis(7), at, YearMonth.of(2026, 1 + this.random.nextInt(12)),
				LocalDate.ofEpochDay(this.random.nextInt(40_000)), maybe(12L), this.random.nextInt(4), maybe(200),
				maybe(Map.of("team", text())), maybe(quantities()), (this.random.nextInt(10) == 0) ? basis() : null,
				maybe(List.of(new MeterCharge("input", 3, 4, maybe("11/10"), new NanoUsd(5), maybe(text())))),
				maybe(List.of(text(), text())), maybe(this.random.nextBoolean())));
	}

	private UsageBasis basis() {
		return new UsageBasis(maybe(text()), maybe(this.random.nextBoolean()), maybe(text()), maybe(text()),
				maybe(text()), maybe(text()),
				maybe(List.of(new UsageBasis.Iteration(maybe(text()), maybe(text()), quantities()))),
				maybe(List.of(text(), text())), maybe(List.of(text())), maybe(text()));
	}

	private Map<String, Long> quantities() {
		Map<String, Long> quantities = new LinkedHashMap<>();
		quantities.put("input", this.random.nextLong());
		quantities.put("output", 0L);
		return quantities;
	}

	private <T> @Nullable T maybe(@Nullable T value) {
		return this.random.nextBoolean() ? value : null;
	}

	private <E> E one(E[] values) {
		return Objects.requireNonNull(values[this.random.nextInt(values.length)]);
	}

	private String text() {
		return TEXTS.get(this.random.nextInt(TEXTS.size()));
	}

}
