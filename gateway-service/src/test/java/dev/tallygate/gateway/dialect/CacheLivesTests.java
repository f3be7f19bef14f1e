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

	@Test
	void isToldForTheWholeRequestToo() throws Exception {
		WireRequest hour = parsed(
				"{\"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"}, \"model\": \"m\", \"messages\": []}");
		assertThat(hour.reach().meters()).contains(Meter.CACHE_WRITE_1H);
		assertThat(hour.cacheLife()).isEqualTo(Meter.CACHE_WRITE_1H);
		assertThat(read("{\"model\": \"m\", \"messages\": [], \"cache_control\": {\"type\": \"ephemeral\"}}"))
			.isEqualTo(Meter.CACHE_WRITE_5M);
		assertThat(read("{\"model\": \"m\", \"messages\": [], \"cache_control\": null}")).isNull();
	}

	@Test
	void isTheSameInOtherLetters() throws Exception {
		String escaped = HOUR.replace("1h", "\\u0031h").replace("ttl", "t\\u0074l");
		assertThat(life(PLAIN, escaped)).isEqualTo(Meter.CACHE_WRITE_1H);
		assertThat(request(PLAIN, escaped).reach().meters()).contains(Meter.CACHE_WRITE_1H);
		assertThat(life(PLAIN, SAID_FIVE.replace("5m", "5\\u006d"))).isEqualTo(Meter.CACHE_WRITE_5M);
	}

	@Test
	void isNotToldByWhatElseIsCalledSo() throws Exception {
		String schema = "{\"type\": \"object\", \"properties\": {\"ttl\": {\"type\": \"string\"}, \"cache_control\": "
				+ "{\"type\": \"object\", \"properties\": {\"ttl\": {\"enum\": [\"1h\"]}}}}, \"ttl\": \"1h\"}";
		String tools = "\"tools\": [{\"name\": \"t\", \"input_schema\": " + schema + "}]";
		assertThat(parsed("{\"model\": \"m\", \"messages\": [], " + tools + "}").reach().meters())
			.doesNotContain(Meter.CACHE_WRITE_1H);
		assertThat(read("{\"model\": \"m\", \"messages\": [], " + tools + "}")).isNull();
		assertThat(read("{\"model\": \"m\", \"messages\": [], " + tools.replace("}]", "}, " + HOUR + "]") + "}"))
			.isEqualTo(Meter.CACHE_WRITE_1H);
		String use = "{\"type\": \"tool_use\", \"name\": \"t\", \"input\": {\"ttl\": \"1y\", \"cache_control\": {\"ttl\": \"9\"}}}";
		assertThat(life(use, HOUR)).isEqualTo(Meter.CACHE_WRITE_1H);
		assertThat(life(use, PLAIN)).isNull();
		assertThat(life("{\"type\": \"text\", \"text\": \"a\", \"ttl\": \"1y\"}", HOUR))
			.isEqualTo(Meter.CACHE_WRITE_1H);
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
