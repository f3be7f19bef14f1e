package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.SystemKeyRefused;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SendableTests {

	private static final byte[] EVENT = EventCodec.encode(
			CloudEvent.of(UuidV7.next(), "/gateway/a/1", Instant.EPOCH, new SystemKeyRefused("openai", Instant.EPOCH)));

	/**
	 * An integer of CloudEvents ends at 2^31, and SDKs refuse the whole event past it.
	 */
	@Test
	void saysItsNumberAsText() throws Exception {
		byte[] payload = new Sendable(1, 3_000_000_000L, UserId.NOBODY, EVENT, 0).payload();
		assertThat(new String(payload, StandardCharsets.UTF_8)).startsWith("{\"seq\":\"3000000000\",");
		assertThat(EventCodec.decode(payload).seq()).isEqualTo(3_000_000_000L);
		assertThat(EventCodec.decode(payload).data()).isEqualTo(EventCodec.decode(EVENT).data());
	}

	@Test
	void saysNoneWhereItHasNone() throws Exception {
		byte[] payload = new Sendable(1, 0, UserId.NOBODY, EVENT, 0).payload();
		assertThat(payload).isEqualTo(EVENT);
		assertThat(EventCodec.decode(payload).seq()).isNull();
	}

}
