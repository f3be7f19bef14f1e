package dev.tallygate.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventCodecTests {

	private static final String REGISTERED = """
			{"specversion":"1.0","id":"0199aa00-0000-7000-8000-000000000001","source":"/keys","type":"dev.tallygate.user.registered.v1",
			"subject":"0199aa00-0000-7000-8000-000000000002","time":"2026-11-21T03:04:05Z","data":
			{"userId":"0199aa00-0000-7000-8000-000000000002","createdAt":"2026-11-21T03:04:05Z","version":1}}""";

	@Test
	void readsWhatItWrote() throws Exception {
		UserId user = new UserId(UuidV7.next());
		var event = CloudEvent.of(UuidV7.next(), "/keys", Instant.parse("2026-11-21T03:04:05.123456Z"),
				new UserEvent.Registered(user, Instant.parse("2026-11-21T03:04:05Z"), 1));
		assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
	}

	@Test
	void readsDataThatComesBeforeItsType() throws Exception {
		String reordered = REGISTERED.replace("\"type\":\"dev.tallygate.user.registered.v1\",", "")
			.replace("\"version\":1}}", "\"version\":1},\"type\":\"dev.tallygate.user.registered.v1\"}");
		assertThat(decode(reordered)).isEqualTo(decode(REGISTERED));
	}

	@Test
	void ignoresWhatItDoesNotKnow() throws Exception {
		String extended = REGISTERED.replace("\"version\":1", "\"version\":1,\"later\":{\"a\":[1]}")
			.replace("\"source\"", "\"traceparent\":\"00\",\"source\"");
		assertThat(decode(extended)).isEqualTo(decode(REGISTERED));
	}

	@Test
	void readsASequenceNumberAsTextAndAsNumber() throws Exception {
		String asText = REGISTERED.replace("\"source\"", "\"seq\":\"3000000000\",\"source\"");
		String asNumber = REGISTERED.replace("\"source\"", "\"seq\":3000000000,\"source\"");
		assertThat(decode(asText).seq()).isEqualTo(3_000_000_000L);
		assertThat(decode(asNumber)).isEqualTo(decode(asText));
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> decode(asText.replace("3000000000", "3e9")))
			.withMessageContaining("seq");
		assertThat(new String(EventCodec.encode(decode(asNumber)), StandardCharsets.UTF_8))
			.contains("\"seq\":\"3000000000\"");
	}

	@Test
	void tellsAnUnknownTypeFromABrokenEvent() {
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> decode(REGISTERED.replace("user.registered.v1", "user.knighted.v1")))
			.satisfies((ex) -> assertThat(ex.isUnknownType()).isTrue());
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> decode("{"))
			.satisfies((ex) -> assertThat(ex.isUnknownType()).isFalse());
	}

	@Test
	void namesTheMissingField() {
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> decode(REGISTERED.replace("\"createdAt\":\"2026-11-21T03:04:05Z\",", "")))
			.withMessageContaining("data.createdAt");
	}

	@Test
	void doesNotTakeAMissingNumberForZero() {
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> decode(REGISTERED.replace(",\"version\":1", "")));
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> decode(REGISTERED.replace("\"version\":1", "\"version\":1.5")));
	}

	@Test
	void refusesASubjectThatIsNotTheUser() {
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> decode(REGISTERED.replace("\"subject\":\"0199aa00", "\"subject\":\"0199aa01")))
			.withMessageContaining("disagree");
	}

	@Test
	void derivesTheSameAdjustmentIdAgainInTheCallsPartition() {
		CallId call = CallId.next();
		UUID job = UuidV7.next();
		UUID id = UsageAdjusted.idOf(call, job);
		assertThat(id).isEqualTo(UsageAdjusted.idOf(call, job)).isNotEqualTo(UsageAdjusted.idOf(call, UuidV7.next()));
		assertThat(UuidV7.timeOf(id)).isEqualTo(call.openedAt());
		assertThat(UuidV7.isVersion7(id)).isTrue();
		assertThat(id.variant()).isEqualTo(2);
	}

	@Test
	void writesMoneyExactly() {
		assertThat(new NanoUsd(450_000).toUsd()).isEqualTo("0.00045");
		assertThat(NanoUsd.ofCents(1000).toUsd()).isEqualTo("10");
		assertThat(NanoUsd.ZERO.toUsd()).isEqualTo("0");
	}

	private static CloudEvent<?> decode(String json) throws UndecodableEventException {
		return EventCodec.decode(json.getBytes(StandardCharsets.UTF_8));
	}

}
