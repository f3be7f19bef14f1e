package dev.tallygate.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.pricing.Meter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Which cache life a request asks for, for answers that do not say which was written.
 */
class CacheLivesTests {

	private static final String PLAIN = "{\"type\": \"text\", \"text\": \"a\"}";

	private static final String FIVE = "{\"type\": \"text\", \"text\": \"b\", \"cache_control\": {\"type\": \"ephemeral\"}}";

	private static final String SAID_FIVE = "{\"type\": \"text\", \"text\": \"c\", \"cache_control\": {\"type\": \"ephemeral\", \"ttl\" : \"5m\"}}";

	private static final String HOUR = "{\"type\": \"text\", \"text\": \"d\", \"cache_control\": {\"type\": \"ephemeral\", \"ttl\" : \"1h\"}}";

	private static final String YEAR = "{\"type\": \"text\", \"text\": \"e\", \"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1y\"}}";

	@Test
	void isTheOneThatEveryPlaceAsksFor() throws Exception {
		assertThat(life(PLAIN, PLAIN)).isNull();
		assertThat(life(FIVE, PLAIN)).isEqualTo(Meter.CACHE_WRITE_5M);
		assertThat(life(SAID_FIVE, FIVE)).isEqualTo(Meter.CACHE_WRITE_5M);
		assertThat(life(PLAIN, HOUR)).isEqualTo(Meter.CACHE_WRITE_1H);
		assertThat(life(HOUR, HOUR)).isEqualTo(Meter.CACHE_WRITE_1H);
	}

	@Test
	void isNoneWhereSeveralAreAskedForOrAnUnknownOne() throws Exception {
		assertThat(life(HOUR, FIVE)).isNull();
		assertThat(life(SAID_FIVE, HOUR)).isNull();
		assertThat(life(YEAR, PLAIN)).isNull();
	}

	@Test
	void isToldByToolsToo() throws Exception {
		String tools = "\"tools\": [{\"name\": \"t\", \"input_schema\": {\"type\": \"object\"}, \"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"}}]";
		assertThat(read("{\"model\": \"m\", \"messages\": [], " + tools + "}")).isEqualTo(Meter.CACHE_WRITE_1H);
	}

	@Test
	void onlyAnHourMakesTheWorstCaseDearer() throws Exception {
		assertThat(request(PLAIN, HOUR).reach().meters()).contains(Meter.CACHE_WRITE_1H);
		assertThat(request(FIVE, SAID_FIVE).reach().meters()).doesNotContain(Meter.CACHE_WRITE_1H);
	}

	private static @Nullable Meter life(String system, String content) throws Exception {
		return request(system, content).cacheLife();
	}

	private static WireRequest request(String system, String content) throws Exception {
		return parsed("{\"model\": \"m\", \"max_tokens\": 1, \"system\": [" + system
				+ "], \"messages\": [{\"role\": \"user\", \"content\": [" + content + "]}]}");
	}

	private static @Nullable Meter read(String json) throws Exception {
		return parsed(json).cacheLife();
	}

	private static WireRequest parsed(String json) throws Exception {
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		return new MessagesWire().read(body, body.length, RequestLimits.DEFAULT);
	}

}
