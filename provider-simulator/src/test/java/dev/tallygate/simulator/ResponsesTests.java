package dev.tallygate.simulator;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class ResponsesTests {

	private static final String PATH = "/openai/v1/responses";

	private static final String TOOLS = """
			,"tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","required":["city"],
			"properties":{"city":{"type":"string"}}}},{"type":"custom","name":"apply_patch"}]""";

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
	void billsWhatItReports() throws Exception {
		String said = "[[sim: input=100 output=9 reasoning=4 cached=10 cache-write-30m=5 cache-write-12h=7 web-search=2 "
				+ "file-search=1 code-session=1 tier=flex]] hello";
		JsonNode answer = this.client.json(PATH, body(said, ""));
		JsonNode usage = answer.path("usage");
		assertThat(usage.at("/input_tokens").intValue()).isEqualTo(100);
		assertThat(usage.at("/input_tokens_details/cached_tokens").intValue()).isEqualTo(10);
		assertThat(usage.at("/input_tokens_details/cache_write_tokens").intValue()).isEqualTo(12);
		assertThat(usage.at("/input_tokens_details/cache_write_tokens_details/ttl_12h_tokens").intValue()).isEqualTo(7);
		assertThat(usage.at("/output_tokens").intValue()).isEqualTo(13);
		assertThat(usage.at("/output_tokens_details/reasoning_tokens").intValue()).isEqualTo(4);
		assertThat(answer.at("/tool_usage/web_search/num_requests").intValue()).isEqualTo(2);
		assertThat(answer.at("/service_tier").stringValue()).isEqualTo("flex");
		assertThat(answer.at("/output")).hasSize(5);
		assertThat(this.client.billed().meters()).containsEntry("input", 78L)
			.containsEntry("output", 9L)
			.containsEntry("file_search", 1L);
	}

	@Test
	void streamsNamedEventsInOrder() throws Exception {
		String said = "[[sim: thinking=2 output=3 tool=get_weather{\"city\":\"Oslo\"}+apply_patch{a%20patch}]] hello";
		JsonNode whole = this.client.json(PATH, body(said, TOOLS));
		HttpResponse<String> response = this.client.post(PATH, body(said, TOOLS + ",\"stream\":true"));
		List<JsonNode> events = this.client.events(PATH, body(said, TOOLS + ",\"stream\":true"));
		for (int i = 0; i < events.size(); i++) {
			assertThat(events.get(i).path("sequence_number").intValue()).isEqualTo(i);
			assertThat(response.body()).contains("event: " + events.get(i).path("type").stringValue() + "\n");
		}
		assertThat(events.getFirst().path("type").stringValue()).isEqualTo("response.created");
		JsonNode last = events.getLast();
		assertThat(last.path("type").stringValue()).isEqualTo("response.completed");
		assertThat(last.at("/response/usage")).isEqualTo(whole.path("usage"));
		assertThat(last.at("/response/output/1/content")).isEqualTo(whole.at("/output/1/content"));
		assertThat(last.at("/response/output/2/arguments").stringValue()).isEqualTo("{\"city\":\"Oslo\"}");
		assertThat(last.at("/response/output/3/type").stringValue()).isEqualTo("custom_tool_call");
	}

	@Test
	void keepsAResponseForTheKeyThatMadeIt() throws Exception {
		String id = this.client.json(PATH, body("[[sim: output=3]] one two", "")).path("id").stringValue();
		assertThat(get("/" + id).statusCode()).isEqualTo(200);
		JsonNode items = SimulatorClient.JSON.readTree(get("/" + id + "/input_items").body());
		assertThat(items.at("/data/0/content/0/text").stringValue()).endsWith("one two");
		assertThat(this.client.send("GET", PATH + "/" + id, "", "sk-sim-other").statusCode()).isEqualTo(404);
		JsonNode next = this.client.json(PATH, body("three", ",\"previous_response_id\":\"" + id + "\""));
		assertThat(next.at("/usage/input_tokens").intValue()).isEqualTo(1 + 2 + 3);
		assertThat(this.client.post(PATH + "/" + id + "/cancel", "").statusCode()).isEqualTo(400);
		assertThat(this.client.send("DELETE", PATH + "/" + id, "", "sk-sim-x").statusCode()).isEqualTo(200);
		assertThat(get("/" + id).statusCode()).isEqualTo(404);
		assertThat(this.client.post(PATH, body("three", ",\"previous_response_id\":\"" + id + "\"")).statusCode())
			.isEqualTo(400);
	}

	@Test
	void cancelsOneThatWaits() throws Exception {
		JsonNode waiting = this.client.json(PATH, body("hello [[sim: ready=60s]]", ",\"background\":true"));
		assertThat(waiting.path("status").stringValue()).isEqualTo("queued");
		JsonNode cancelled = this.client.json(PATH + "/" + waiting.path("id").stringValue() + "/cancel", "");
		assertThat(cancelled.path("status").stringValue()).isEqualTo("cancelled");
	}

	@Test
	void keepsNothingWhenToldSo() throws Exception {
		String id = this.client.json(PATH, body("hello", ",\"store\":false")).path("id").stringValue();
		assertThat(get("/" + id).statusCode()).isEqualTo(404);
	}

	@Test
	void failsInItsOwnWords() throws Exception {
		List<JsonNode> events = this.client.events(PATH,
				body("[[sim: output=4 fault=error@2 error-code=invalid_prompt]] hello", ",\"stream\":true"));
		assertThat(events.getLast().at("/response/error/code").stringValue()).isEqualTo("invalid_prompt");
		assertThat(events.getLast().path("type").stringValue()).isEqualTo("response.failed");
		assertThat(this.client.billed().outputTokens()).isEqualTo(2);
	}

	@Test
	void saysThatItWasCutAtItsLimit() throws Exception {
		JsonNode answer = this.client.json(PATH, body("[[sim: output=40]] hello", ",\"max_output_tokens\":5"));
		assertThat(answer.path("status").stringValue()).isEqualTo("incomplete");
		assertThat(answer.at("/incomplete_details/reason").stringValue()).isEqualTo("max_output_tokens");
	}

	private HttpResponse<String> get(String more) throws Exception {
		return this.client.send("GET", PATH + more, "", "sk-sim-x");
	}

	private static String body(String prompt, String more) {
		return "{\"model\":\"gpt-4o-mini\",\"input\":" + SimulatorClient.JSON.writeValueAsString(prompt) + more + "}";
	}

}
