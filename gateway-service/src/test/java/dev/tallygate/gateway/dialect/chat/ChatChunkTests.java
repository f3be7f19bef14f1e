package dev.tallygate.gateway.dialect.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.pricing.Usage;
import java.nio.charset.StandardCharsets;
import dev.tallygate.pricing.wire.UsageContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the books take from one chunk: the usage, the text that was delivered, the end.
 */
class ChatChunkTests {

	private static final String USAGE = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}";

	/** The JSON of an event comes behind {@code data:}. */
	private static final int START = 6;

	private final DeliveredText delivered = new DeliveredText();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"choices":[],@}                                                        | true
			{@}                                                                     | true
			{"id":"x","choices":[{"index":0,"delta":{}}],@}                         | true
			{"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}],@} | true
			{"choices":[{"index":0,"delta":{"content":"a"}}],@}                     | false
			{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],@}           | false
			{"choices":[{"index":0,"delta":{"x":true}}],@}                          | false
			{"choices":[{"index":0,"delta":{"x":7}}],@}                             | false
			""")
	void isAUsageAloneWhereNothingOfTheAnswerIsInIt(String json, boolean alone) {
		ChatChunk chunk = read(json.replace("@", USAGE));
		assertThat(chunk.usage()).isNotNull();
		assertThat(chunk.usage().inputTokens()).isEqualTo(3);
		assertThat(chunk.usage().outputTokens()).isEqualTo(2);
		assertThat(chunk.onlyUsage()).isEqualTo(alone);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "7", "not json", "{", "{\"choices\":[{\"delta\":{\"content\":\"a\"}}",
			"{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}", "{\"usage\":{\"prompt_tokens\":3}} trailing" })
	void whatIsNoJsonObjectReportsNothing(String json) {
		ChatChunk chunk = read(json);
		assertThat(chunk.usage()).isNull();
		assertThat(chunk.readable()).isFalse();
		assertThat(chunk.nullUsageFrom()).isNegative();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"usage\":[1,[2],{\"prompt_tokens\":9}]", "\"usage\":\"many\"", "\"usage\":7",
			"\"usage\":true" })
	void aUsageOfAnotherKindReportsNothing(String usage) {
		ChatChunk chunk = read("{" + usage + ",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}");
		assertThat(chunk.readable()).isTrue();
		assertThat(chunk.usage()).isNull();
		assertThat(chunk.hasChoices()).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"usage":null}              | {}
			{"usage":null,"a":1}        | {"a":1}
			{ "usage" : null , "a":1}   | { "a":1}
			{"a":1,"usage":null}        | {"a":1}
			{"a":1 , "usage" : null }   | {"a":1 }
			{"a":1,"usage":null,"b":2}  | {"a":1,"b":2}
			""")
	void theNullItSaysIsCutOutWithOneComma(String json, String rest) {
		ChatChunk chunk = read(json);
		assertThat(json.substring(0, chunk.nullUsageFrom() - START) + json.substring(chunk.nullUsageTo() - START))
			.isEqualTo(rest);
	}

	@ParameterizedTest
	@ValueSource(strings = { "content", "arguments", "reasoning_content", "reasoning", "refusal", "name", "text" })
	void everyPlaceOfTextIsDelivered(String member) {
		read("{\"choices\":[{\"delta\":{\"" + member + "\":\"some words\"}}]}");
		assertThat(delivered()).isEqualTo(2);
	}

	@Test
	void otherTextIsNotDelivered() {
		read("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"id\":\"call_1 or so\"},\"finish_reason\":\"stop\"}],"
				+ "\"content\":\"not in a choice\"}");
		assertThat(delivered()).isZero();
	}

	@Test
	void countsEveryChoiceThatEnds() {
		assertThat(read(
				"{\"choices\":[{\"finish_reason\":\"stop\"},{\"finish_reason\":null},{\"finish_reason\":\"length\"}]}")
			.finishes()).isEqualTo(2);
	}

	@Test
	void saysWhoServedAndAtWhichTier() {
		Usage usage = read("{" + USAGE + ",\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"flex\"}").usage();
		assertThat(usage).isNotNull();
		assertThat(usage.served().model()).isEqualTo("gpt-4o-mini-2024-07-18");
		Usage unnamed = read("{" + USAGE + ",\"model\":\"" + "m".repeat(300) + "\"}").usage();
		assertThat(unnamed).isNotNull();
		assertThat(unnamed.served().model()).as("no name of a model is as long").isNull();
	}

	@Test
	void keepsTheServersTimingsAndSeesItsErrors() {
		assertThat(read("{\"timings\":{\"predicted_n\":7}}").timings()).asString(StandardCharsets.UTF_8)
			.isEqualTo(",\"timings\":{\"predicted_n\":7}");
		assertThat(read("{\"timings\":7}").timings()).isEmpty();
		assertThat(read("{\"error\":{\"message\":\"overloaded\",\"code\":503}}").error()).isNotNull();
		assertThat(read("{\"error\":null}").error()).isNull();
	}

	private ChatChunk read(String json) {
		byte[] bytes = ("data: " + json + "\n").getBytes(StandardCharsets.UTF_8);
		return ChatChunk.read(bytes, START, bytes.length - 1, this.delivered, UsageContext.NONE);
	}

	private long delivered() {
		return this.delivered.tokens(ChatChunkTests::words);
	}

	private static long words(String text) {
		return text.isBlank() ? 0 : text.strip().split("\\s+").length;
	}

}
