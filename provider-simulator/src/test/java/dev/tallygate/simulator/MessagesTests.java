package dev.tallygate.simulator;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class MessagesTests {

	private static final String PATH = "/anthropic/v1/messages";

	private static final String TOOLS = """
			,"tools":[{"name":"get_weather","input_schema":{"type":"object","required":["city"],
			"properties":{"city":{"type":"string"}}}}]""";

	private SimulatorClient client;

	@BeforeEach
	void start() throws Exception {
		this.client = new SimulatorClient();
	}

	@AfterEach
	void stop() {
		this.client.close();
	}

	@Test
	void thinksSpeaksAndCallsATool() throws Exception {
		String said = "[[sim: thinking=3 output=4 tool=get_weather{\"city\":\"Oslo\"}]] hello";
		JsonNode answer = this.client.json(PATH, body(said, TOOLS));
		assertThat(answer.at("/content/0/type").stringValue()).isEqualTo("thinking");
		assertThat(answer.at("/content/1/text").stringValue().split(" ", -1)).hasSize(4);
		assertThat(answer.at("/content/2/input/city").stringValue()).isEqualTo("Oslo");
		assertThat(answer.at("/stop_reason").stringValue()).isEqualTo("tool_use");
		assertThat(this.client.billed().reasoningTokens()).isEqualTo(3);
		assertThat(answer.at("/usage/output_tokens").longValue()).isEqualTo(this.client.billed().outputTokens());
	}

	@Test
	void streamsWhatItWouldHaveSaidAtOnce() throws Exception {
		String said = "[[sim: thinking=3 output=4 tool=get_weather{\"city\":\"Oslo\"}]] hello";
		JsonNode whole = this.client.json(PATH, body(said, TOOLS));
		List<JsonNode> events = this.client.events(PATH, body(said, TOOLS + ",\"stream\":true"));
		assertThat(joined(events, "thinking")).isEqualTo(whole.at("/content/0/thinking").stringValue());
		assertThat(joined(events, "text")).isEqualTo(whole.at("/content/1/text").stringValue());
		assertThat(SimulatorClient.JSON.readTree(joined(events, "partial_json")))
			.isEqualTo(whole.at("/content/2/input"));
		assertThat(events.stream().filter((event) -> type(event).equals("content_block_start"))).hasSize(3);
		assertThat(events.stream().filter((event) -> type(event).equals("content_block_stop"))).hasSize(3);
		assertThat(events.getLast().path("type").stringValue()).isEqualTo("message_stop");
	}

	@Test
	void speaksOnceTheToolsHaveAnswered() throws Exception {
		String conversation = """
				{"model":"claude-haiku-4.5","max_tokens":400,"messages":[
				{"role":"user","content":"[[sim: tool=get_weather>get_weather{\\"city\\":\\"Rome\\"}]] hello"},
				{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"get_weather","input":{}}]},
				{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"mild"}]}%s]%s}""";
		JsonNode second = this.client.json(PATH, conversation.formatted("", TOOLS));
		assertThat(second.at("/content/0/input/city").stringValue()).isEqualTo("Rome");
		String more = ",{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"content\":\"hot\"}]}";
		JsonNode last = this.client.json(PATH, conversation.formatted(more, TOOLS));
		assertThat(last.at("/content/0/type").stringValue()).isEqualTo("text");
	}

	@Test
	void callsNoToolThatIsNotOffered() throws Exception {
		JsonNode answer = this.client.json(PATH, body("[[sim: tool=get_weather]] hello", ""));
		assertThat(answer.at("/content/0/type").stringValue()).isEqualTo("text");
	}

	@Test
	void writesAMarkedPromptOnceAndThenReadsIt() throws Exception {
		String marked = """
				,"system":[{"type":"text","text":"one two three","cache_control":{"type":"ephemeral","ttl":"1h"}}]""";
		JsonNode first = this.client.json(PATH, body("four five", marked)).path("usage");
		assertThat(first.at("/cache_creation/ephemeral_1h_input_tokens").intValue()).isEqualTo(3);
		assertThat(first.at("/input_tokens").intValue()).isEqualTo(2);
		assertThat(this.client.billed().meters()).containsEntry("cache_write_1h", 3L).containsEntry("input", 2L);
		JsonNode second = this.client.json(PATH, body("four five", marked)).path("usage");
		assertThat(second.at("/cache_read_input_tokens").intValue()).isEqualTo(3);
		assertThat(second.at("/cache_creation_input_tokens").intValue()).isZero();
	}

	@Test
	void tellsEveryFieldOfAUsage() throws Exception {
		String said = "[[sim: input=100 output=9 cached=10 cache-write=5 cache-write-1h=7 web-search=2 web-fetch=1 "
				+ "tier=priority geo=us speed=fast fallback-credit=redeemed served=claude-opus-4.6 extra-usage=quanta:7 "
				+ "iterations=message:100/9;advisor_message@claude-opus-4.6:50/5]] hello";
		JsonNode answer = this.client.json(PATH, body(said, ""));
		JsonNode usage = answer.path("usage");
		assertThat(usage.at("/input_tokens").intValue()).isEqualTo(78);
		assertThat(usage.at("/cache_creation_input_tokens").intValue()).isEqualTo(12);
		assertThat(usage.at("/cache_creation/ephemeral_5m_input_tokens").intValue()).isEqualTo(5);
		assertThat(usage.at("/server_tool_use/web_search_requests").intValue()).isEqualTo(2);
		assertThat(usage.at("/service_tier").stringValue()).isEqualTo("priority");
		assertThat(usage.at("/inference_geo").stringValue()).isEqualTo("us");
		assertThat(usage.at("/speed").stringValue()).isEqualTo("fast");
		assertThat(usage.at("/iterations/1/model").stringValue()).isEqualTo("claude-opus-4.6");
		assertThat(usage.at("/quanta").intValue()).isEqualTo(7);
		assertThat(answer.at("/model").stringValue()).isEqualTo("claude-opus-4.6");
		BillRow row = this.client.billed();
		assertThat(row.meters()).containsEntry("web_search", 2L).containsEntry("output", 9L);
		assertThat(row.basis()).containsEntry("tier", "priority").containsEntry("served", "claude-opus-4.6");
		assertThat(row.iterations()).hasSize(2);
	}

	@Test
	void leavesOutWhatItIsToldToLeaveOut() throws Exception {
		String plain = this.client.post(PATH, body("[[sim: events=no usage=none]] hello", ",\"stream\":true")).body();
		assertThat(plain).doesNotContain("event: ").doesNotContain("usage");
		String first = this.client.post(PATH, body("[[sim: fault=error-first]] hello", ",\"stream\":true")).body();
		assertThat(first).startsWith("event: error\n").doesNotContain("message_start");
	}

	@Test
	void listsItsModelsAsAnthropicDoes() throws Exception {
		JsonNode list = SimulatorClient.JSON
			.readTree(this.client.send("GET", "/anthropic/v1/models", "", "sk-sim-x").body());
		assertThat(list.at("/data/0/type").stringValue()).isEqualTo("model");
		assertThat(list.has("has_more")).isTrue();
	}

	private static String joined(List<JsonNode> events, String field) {
		StringBuilder text = new StringBuilder();
		events.forEach((event) -> text.append(event.path("delta").path(field).asString("")));
		return text.toString();
	}

	private static String type(JsonNode event) {
		return event.path("type").asString("");
	}

	private static String body(String prompt, String more) {
		return "{\"model\":\"claude-haiku-4.5\",\"max_tokens\":400,\"messages\":[{\"role\":\"user\",\"content\":"
				+ SimulatorClient.JSON.writeValueAsString(prompt) + "}]" + more + "}";
	}

}
