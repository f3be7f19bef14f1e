package dev.tallygate.simulator;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class FaultTests {

	private static final String CHAT = "/openai/v1/chat/completions";

	private static final String TOOLS = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"pay\",\"parameters\":"
			+ "{\"type\":\"object\",\"required\":[\"amount\"],\"properties\":{\"amount\":{\"type\":\"integer\"}}}}}]";

	private SimulatorClient client;

	@BeforeEach
	void start() throws Exception {
		this.client = new SimulatorClient();
	}

	@AfterEach
	void stop() {
		this.client.close();
	}

	@ParameterizedTest
	@CsvSource({ "fin-bytes@400,true", "reset-bytes@400,true", "fin-bytes@100,false", "fin-bytes@0,true" })
	void breaksAfterSoManyBytes(String fault, boolean streamed) {
		assertThatIOException().isThrownBy(
				() -> this.client.post(CHAT, body("[[sim: output=20 fault=" + fault + "]] hi", stream(streamed))));
	}

	@Test
	void givesEverythingWhenTheFaultComesAfterTheEnd() throws Exception {
		assertThat(this.client.post(CHAT, body("[[sim: output=2 fault=fin-bytes@99999]] hi", stream(true))).body())
			.endsWith("data: [DONE]\n\n");
		assertThat(this.client.post(CHAT, body("[[sim: output=2 fault=fin-bytes@99999]] hi", "")).body()).endsWith("}");
	}

	@Test
	void cutsInsideACallOfATool() throws Exception {
		String said = "[[sim: tool=pay{\"amount\":1000} fault=cut@1]] hi";
		List<JsonNode> events = this.client.events(CHAT, body(said, TOOLS + stream(true)));
		StringBuilder arguments = new StringBuilder();
		events.forEach(
				(event) -> arguments.append(event.at("/choices/0/delta/tool_calls/0/function/arguments").asString("")));
		assertThat(arguments).hasToString("{\"amount");
		assertThat(this.client.billed().outputTokens()).isEqualTo(1);
	}

	@Test
	void spreadsTheDataOfAnEventOverLines() throws Exception {
		String plain = this.client.post(CHAT, body("[[sim: output=3]] hi", stream(true))).body();
		String spread = this.client.post(CHAT, body("[[sim: output=3 multiline]] hi", stream(true))).body();
		assertThat(spread.split("\n\n", -1)).hasSameSizeAs(plain.split("\n\n", -1));
		String first = spread.split("\n\n", -1)[0];
		assertThat(first.lines().count()).isGreaterThan(3);
		assertThat(SimulatorClient.JSON.readTree(first.replace("data: ", "")).path("object").stringValue())
			.isEqualTo("chat.completion.chunk");
	}

	@ParameterizedTest
	@CsvSource({ "each,7", "on-finish,1", "with-choice,1", "twice,2" })
	void tellsItsUsageElsewhere(String how, int times) throws Exception {
		List<JsonNode> events = this.client.events(CHAT, body("[[sim: output=5 usage=" + how + "]] hi",
				stream(true) + ",\"stream_options\":{\"include_usage\":true}"));
		assertThat(events.stream().filter((event) -> event.path("usage").isObject())).hasSize(times);
		assertThat(events.reversed().stream().filter((event) -> event.path("usage").isObject()).findFirst())
			.hasValueSatisfying((event) -> assertThat(event.at("/usage/completion_tokens").intValue()).isEqualTo(5));
	}

	@Test
	void tellsTheUsageOfEachChoiceApart() throws Exception {
		List<JsonNode> events = this.client.events(CHAT,
				body("[[sim: output=5 usage=twice]] hi", stream(true) + ",\"n\":2"));
		assertThat(events.stream().filter((event) -> event.path("usage").isObject()))
			.extracting((event) -> event.at("/usage/completion_tokens").intValue())
			.containsExactly(5, 5);
		assertThat(this.client.billed().outputTokens()).isEqualTo(10);
	}

	@Test
	void putsReasoningOutsideTheCompletion() throws Exception {
		JsonNode usage = this.client
			.json(CHAT, body("[[sim: input=10 output=5 reasoning=7 usage=reasoning-apart]] hi", ""))
			.path("usage");
		assertThat(usage.at("/completion_tokens").intValue()).isEqualTo(5);
		assertThat(usage.at("/total_tokens").intValue()).isEqualTo(22);
		assertThat(this.client.billed().meters()).containsEntry("output", 5L).containsEntry("reasoning", 7L);
	}

	@Test
	void saysAUsageWordForWord() throws Exception {
		JsonNode answer = this.client.json(CHAT,
				body("[[sim: usage-json={\"prompt_tokens\":-1,\"x\":\"a%20b\"}]] hi", ""));
		assertThat(answer.path("usage").toString()).isEqualTo("{\"prompt_tokens\":-1,\"x\":\"a b\"}");
		assertThat(this.client.billed().usage()).contains("a b");
	}

	@Test
	void closesTheSocketThoughItPromisedNot() throws Exception {
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> answer = this.client.post(CHAT, body("[[sim: close]] hi", ""));
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.headers().firstValue("connection")).isEmpty();
			Thread.sleep(50);
		}
	}

	@ParameterizedTest
	@CsvSource({ "plain,The simulator", "string,{\"error\":\"The", "detail,{\"detail\":\"The", "number,\"code\":422",
			"validation,\"loc\":[\"body\"", "message,{\"message\":" })
	void refusesInOtherShapes(String shape, String expected) throws Exception {
		HttpResponse<String> answer = this.client.post(CHAT,
				body("[[sim: status=422 body=" + shape + " retry-after=1.5 ratelimit]] hi", ""));
		assertThat(answer.statusCode()).isEqualTo(422);
		assertThat(answer.body()).contains(expected);
		assertThat(answer.headers().firstValue("retry-after")).contains("1.5");
		assertThat(answer.headers().firstValue("x-ratelimit-limit-requests")).contains("500");
	}

	@Test
	void refusesALargeUploadBeforeItIsRead() throws Exception {
		this.client.send("PUT", "/sim/behaviour", "early=413", "");
		HttpResponse<String> answer = this.client.post(CHAT, body("x".repeat(100_000), ""));
		assertThat(answer.statusCode()).isEqualTo(413);
		assertThat(this.client.post(CHAT, body("small", "")).statusCode()).isEqualTo(200);
	}

	@Test
	void hasTheHabitsOfOllama() throws Exception {
		JsonNode answer = this.client.json("/ollama/v1/chat/completions", body("[[sim: thinking=2]] hi", ",\"n\":3"));
		assertThat(answer.path("choices")).hasSize(1);
		assertThat(answer.path("usage").has("prompt_tokens_details")).isFalse();
		assertThat(answer.at("/choices/0/message/reasoning").isString()).isTrue();
		List<JsonNode> events = this.client.events("/ollama/v1/chat/completions",
				body("[[sim: tool=pay]] hi", TOOLS + stream(true)));
		assertThat(events.stream()
			.map((event) -> event.at("/choices/0/delta/tool_calls/0/function/arguments").asString(""))
			.filter((text) -> !text.isEmpty())).containsExactly("{\"amount\":1000}");
	}

	private static String stream(boolean streamed) {
		return streamed ? ",\"stream\":true" : "";
	}

	private static String body(String prompt, String more) {
		return "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":"
				+ SimulatorClient.JSON.writeValueAsString(prompt) + "}]" + more + "}";
	}

}
