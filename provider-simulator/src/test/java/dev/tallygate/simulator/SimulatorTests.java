package dev.tallygate.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class SimulatorTests {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private Simulator simulator;

	@BeforeEach
	void start() throws IOException {
		this.simulator = Simulator.start(SimulatorConfig.onFreePort());
	}

	@AfterEach
	void stop() {
		this.simulator.close();
	}

	@Test
	void billsWhatItReports() throws Exception {
		JsonNode answer = chat("Count these five words [[sim: output=7 cached=2 reasoning=3]]", "");
		assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(4);
		assertThat(answer.at("/usage/completion_tokens").intValue()).isEqualTo(10);
		assertThat(answer.at("/usage/prompt_tokens_details/cached_tokens").intValue()).isEqualTo(2);
		assertThat(answer.at("/choices/0/message/content").stringValue().split(" ")).hasSize(7);
		BillRow row = this.simulator.bill().billed().getFirst();
		assertThat(row.inputTokens()).isEqualTo(4);
		assertThat(row.outputTokens()).isEqualTo(10);
		assertThat(row.requestId()).isEqualTo("call-1");
		assertThat(row.keyFingerprint()).hasSize(16).doesNotContain("sk-sim");
		assertThat(row.outcome()).isEqualTo(BillRow.Outcome.COMPLETED);
	}

	@Test
	void answersTheSameQuestionAlike() throws Exception {
		JsonNode first = chat("What is the time?", "");
		JsonNode second = chat("What is the time?", "");
		assertThat(first.get("choices")).isEqualTo(second.get("choices"));
		assertThat(first.get("usage")).isEqualTo(second.get("usage"));
	}

	@Test
	void cutsAnAnswerAtItsLimit() throws Exception {
		JsonNode answer = chat("[[sim: output=50]] hello", ",\"max_completion_tokens\":5,\"n\":2");
		assertThat(answer.at("/usage/completion_tokens").intValue()).isEqualTo(10);
		assertThat(answer.get("choices")).hasSize(2);
		assertThat(answer.at("/choices/1/finish_reason").stringValue()).isEqualTo("length");
	}

	@Test
	void endsAStreamWithItsUsageOnlyWhenAsked() throws Exception {
		List<String> plain = stream("[[sim: output=3]] hello", "");
		assertThat(plain).hasSize(6).last().isEqualTo("[DONE]");
		assertThat(plain).noneMatch((event) -> event.contains("usage"));

		List<String> asked = stream("[[sim: output=3]] hello", ",\"stream_options\":{\"include_usage\":true}");
		assertThat(asked).hasSize(7);
		assertThat(asked.subList(0, 5)).allMatch((event) -> event.endsWith("\"usage\":null}"));
		JsonNode last = JSON.readTree(asked.get(5));
		assertThat(last.get("choices")).isEmpty();
		assertThat(last.at("/usage/completion_tokens").intValue()).isEqualTo(3);
	}

	@Test
	void streamsTheTextOfThePlainAnswer() throws Exception {
		String plain = chat("A question", "").at("/choices/0/message/content").stringValue();
		StringBuilder streamed = new StringBuilder();
		for (String event : stream("A question", "")) {
			if (!event.equals("[DONE]")) {
				streamed.append(JSON.readTree(event).at("/choices/0/delta/content").asString(""));
			}
		}
		assertThat(streamed).hasToString(plain);
	}

	@ParameterizedTest
	@CsvSource({ "sk-sim-system,200", "sk-sim-bad-1,401", "sk-sim-revoked,401", "sk-other,401", "sk-sim-forbidden,403",
			"sk-sim-broke,429", "sk-sim-down,500" })
	void takesAKeyByItsPrefix(String key, int status) throws Exception {
		assertThat(get("/openai/v1/models", key).statusCode()).isEqualTo(status);
	}

	@Test
	void refusesAKeyFromTheMomentItIsSet() throws Exception {
		assertThat(get("/v1/models", "sk-sim-one").statusCode()).isEqualTo(200);
		send("POST", "/sim/keys", "{\"key\":\"sk-sim-one\",\"status\":\"rejected\"}", "");
		HttpResponse<String> refused = get("/v1/models", "sk-sim-one");
		assertThat(refused.statusCode()).isEqualTo(401);
		assertThat(JSON.readTree(refused.body()).at("/error/code").stringValue()).isEqualTo("invalid_api_key");
		send("DELETE", "/sim/keys", "", "");
		assertThat(get("/v1/models", "sk-sim-one").statusCode()).isEqualTo(200);
	}

	@Test
	void needsNoKeyAsOllama() throws Exception {
		String body = "{\"model\":\"llama3.1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
		assertThat(send("POST", "/ollama/v1/chat/completions", body, "").statusCode()).isEqualTo(200);
		assertThat(this.simulator.bill().billed().getFirst().provider()).isEqualTo("ollama");
	}

	@Test
	void billsAnAbortedStreamForWhatItGenerated() throws Exception {
		HttpRequest request = request("POST", "/v1/chat/completions",
				body("[[sim: output=1000 delay=5ms]] hello", ",\"stream\":true"), "sk-sim-x");
		HttpResponse<java.io.InputStream> response = this.http.send(request, HttpResponse.BodyHandlers.ofInputStream());
		response.body().readNBytes(2000);
		assertThat(this.simulator.bill().open()).hasSize(1);
		response.body().close();
		await(() -> this.simulator.bill().open().isEmpty());
		BillRow row = this.simulator.bill().billed().getFirst();
		assertThat(row.outcome()).isEqualTo(BillRow.Outcome.ABORTED);
		assertThat(row.outputTokens()).isBetween(1L, 999L);
	}

	@ParameterizedTest
	@CsvSource({ "reset@3", "fin@3", "tear@3", "misframe@3" })
	void breaksAStreamWhereTold(String fault) throws Exception {
		assertThatIOException().isThrownBy(() -> stream("[[sim: output=9 fault=" + fault + "]] hello", ""));
		BillRow row = this.simulator.bill().billed().getFirst();
		assertThat(row.outcome()).isEqualTo(BillRow.Outcome.FAULTED);
		assertThat(row.outputTokens()).isEqualTo(3);
	}

	@ParameterizedTest
	@CsvSource({ "reset@1", "fin@1", "tear@1", "misframe@1", "reset@0", "fin@0" })
	void breaksAPlainAnswer(String fault) {
		assertThatIOException().isThrownBy(() -> chat("[[sim: output=9 fault=" + fault + "]] hello", ""));
		assertThat(this.simulator.bill().billed()).hasSize(fault.endsWith("0") ? 0 : 1);
	}

	@Test
	void stallsUntilTheClientLeaves() throws Exception {
		for (String streamed : List.of("", ",\"stream\":true")) {
			HttpRequest request = HttpRequest
				.newBuilder(request("POST", "/v1/chat/completions",
						body("[[sim: output=9 fault=stall@4]] hello", streamed), "sk-sim-x"), (name, value) -> true)
				.timeout(Duration.ofSeconds(5))
				.build();
			HttpResponse<java.io.InputStream> response = this.http.send(request,
					HttpResponse.BodyHandlers.ofInputStream());
			assertThat(this.simulator.bill().open()).hasSize(1);
			response.body().close();
			await(() -> this.simulator.bill().open().isEmpty());
		}
		assertThat(this.simulator.bill().billed()).extracting(BillRow::outputTokens).containsExactly(9L, 4L);
	}

	@Test
	void goesOnAfterGarbage() throws Exception {
		List<String> events = stream("[[sim: output=4 fault=garbage@2]] hello", "");
		assertThat(events).hasSize(8).anyMatch((event) -> event.contains("no JSON"));
	}

	@Test
	void reportsAnErrorInsideAStream() throws Exception {
		List<String> events = stream("[[sim: output=4 fault=error@2]] hello", "");
		assertThat(events).last().asString().contains("server_error");
		assertThat(this.simulator.bill().billed().getFirst().outputTokens()).isEqualTo(2);
	}

	@Test
	void keepsAStreamWholeByteByByte() throws Exception {
		assertThat(stream("[[sim: output=4 slice comments crlf]] hello", "")).hasSize(7).last().isEqualTo("[DONE]");
	}

	@Test
	void failsOnlyTheFirstAttempts() throws Exception {
		String body = body("[[sim: status=503 retry-after=7 attempts=2]] hello", "");
		HttpResponse<String> first = send("POST", "/v1/chat/completions", body, "sk-sim-x");
		assertThat(first.statusCode()).isEqualTo(503);
		assertThat(first.headers().firstValue("retry-after")).contains("7");
		assertThat(send("POST", "/v1/chat/completions", body, "sk-sim-x").statusCode()).isEqualTo(503);
		assertThat(send("POST", "/v1/chat/completions", body, "sk-sim-x").statusCode()).isEqualTo(200);
		assertThat(this.simulator.bill().totals().refused()).isEqualTo(2);
		assertThat(this.simulator.bill().billed()).hasSize(1);
	}

	@Test
	void echoesTheKeyWhenTold() throws Exception {
		String body = body("[[sim: status=400 echo]] hello", "");
		assertThat(send("POST", "/v1/chat/completions", body, "sk-sim-canary").body()).contains("sk-sim-canary");
	}

	@ParameterizedTest
	@CsvSource({ "absurd,1000000000000", "zero,0", "negative,-2" })
	void reportsNumbersThatAreNotBilled(String usage, long reported) throws Exception {
		JsonNode answer = chat("[[sim: output=5 usage=" + usage + "]] hello", "");
		assertThat(answer.at("/usage/prompt_tokens").longValue()).isEqualTo(reported);
		assertThat(this.simulator.bill().billed().getFirst().outputTokens()).isEqualTo(5);
	}

	@Test
	void refusesAMisspeltDirective() throws Exception {
		assertThat(send("POST", "/v1/chat/completions", body("[[sim: outptu=4]]", ""), "sk-sim-x").statusCode())
			.isEqualTo(400);
	}

	@Test
	void keepsItsBillInAFile(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("bill.jsonl");
		SimulatorConfig config = SimulatorConfig.onFreePort().withLedgerFile(file);
		try (Simulator first = Simulator.start(config)) {
			send(first, "POST", "/v1/chat/completions", body("hello", ""), "sk-sim-x");
		}
		Files.writeString(file, "{\"seq\":2,\"pro", java.nio.file.StandardOpenOption.APPEND);
		try (Simulator second = Simulator.start(config)) {
			assertThat(second.bill().billed()).hasSize(1);
			JsonNode ledger = JSON.readTree(send(second, "GET", "/sim/ledger?requestId=call-1", "", "").body());
			assertThat(ledger.at("/totals/billed").intValue()).isEqualTo(1);
			assertThat(ledger.at("/data/0/outcome").stringValue()).isEqualTo("completed");
		}
	}

	@Test
	void tellsALongBillInPages(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("bill.jsonl");
		SimulatorConfig config = SimulatorConfig.onFreePort().withLedgerFile(file);
		try (Simulator first = Simulator.start(config)) {
			send(first, "POST", "/v1/chat/completions", body("hello", ""), "sk-sim-x");
		}
		String line = Files.readString(file);
		StringBuilder long10001 = new StringBuilder();
		for (int seq = 1; seq <= 10_001; seq++) {
			long10001.append(line.replace("\"seq\":1,", "\"seq\":" + seq + ","));
		}
		Files.writeString(file, long10001);
		try (Simulator second = Simulator.start(config)) {
			JsonNode page = JSON.readTree(send(second, "GET", "/sim/ledger", "", "").body());
			assertThat(page.get("data").size()).isEqualTo(10_000);
			JsonNode rest = JSON
				.readTree(send(second, "GET", "/sim/ledger?since=" + page.get("next").asString(), "", "").body());
			assertThat(rest.at("/data/0/seq").intValue()).isEqualTo(10_001);
			assertThat(rest.get("data").size()).isEqualTo(1);
			assertThat(rest.path("next").isNumber()).isFalse();
		}
	}

	@Test
	void saysWhenItsPortIsTaken() {
		assertThatIOException()
			.isThrownBy(() -> Simulator.start(SimulatorConfig.onFreePort().withPort(this.simulator.port())))
			.withMessageContaining(Integer.toString(this.simulator.port()));
	}

	@Test
	void speaksTheAnthropicWire() throws Exception {
		String body = """
				{"model":"claude-haiku-4.5","max_tokens":4,"messages":[{"role":"user",
				"content":[{"type":"text","text":"one two three [[sim: output=9 cached=1]]"}]}]%s}""";
		HttpRequest plain = HttpRequest.newBuilder(URI.create(this.simulator.url() + "/anthropic/v1/messages"))
			.header("x-api-key", "sk-sim-x")
			.POST(HttpRequest.BodyPublishers.ofString(body.formatted("")))
			.build();
		JsonNode answer = JSON.readTree(this.http.send(plain, HttpResponse.BodyHandlers.ofString()).body());
		assertThat(answer.at("/usage/input_tokens").intValue()).isEqualTo(2);
		assertThat(answer.at("/usage/cache_read_input_tokens").intValue()).isEqualTo(1);
		assertThat(answer.at("/usage/output_tokens").intValue()).isEqualTo(4);
		assertThat(answer.at("/stop_reason").stringValue()).isEqualTo("max_tokens");

		HttpRequest streamed = HttpRequest.newBuilder(plain, (name, value) -> true)
			.POST(HttpRequest.BodyPublishers.ofString(body.formatted(",\"stream\":true")))
			.build();
		String events = this.http.send(streamed, HttpResponse.BodyHandlers.ofString()).body();
		assertThat(events).startsWith("event: message_start\n").endsWith("{\"type\":\"message_stop\"}\n\n");
		assertThat(events.split("content_block_delta", -1)).hasSize(2 * 4 + 1);
	}

	@Test
	void embedsTexts() throws Exception {
		HttpResponse<String> response = send("POST", "/v1/embeddings",
				"{\"model\":\"text-embedding-3-small\",\"input\":[\"one two\",\"three\"]}", "sk-sim-x");
		JsonNode answer = JSON.readTree(response.body());
		assertThat(answer.at("/data/1/embedding")).hasSize(16);
		assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(3);
		assertThat(this.simulator.bill().billed().getFirst().inputTokens()).isEqualTo(3);
	}

	/** What is wrong with it shows when its answer is made. */
	@Test
	void aConnectionGoesOnAfterACallThatWasTakenAndRefused() throws Exception {
		String body = "{\"model\":\"text-embedding-3-small\",\"input\":\"one\",\"dimensions\":%s}";
		for (int i = 0; i < 3; i++) {
			assertThat(send("POST", "/v1/embeddings", body.formatted("\"8\""), "sk-sim-x").statusCode()).isEqualTo(400);
			assertThat(send("POST", "/v1/embeddings", body.formatted("8"), "sk-sim-x").statusCode()).isEqualTo(200);
		}
	}

	private JsonNode chat(String prompt, String more) throws IOException, InterruptedException {
		HttpResponse<String> response = send("POST", "/v1/chat/completions", body(prompt, more), "sk-sim-x");
		assertThat(response.statusCode()).isEqualTo(200);
		return JSON.readTree(response.body());
	}

	private List<String> stream(String prompt, String more) throws IOException, InterruptedException {
		HttpResponse<String> response = send("POST", "/v1/chat/completions", body(prompt, ",\"stream\":true" + more),
				"sk-sim-x");
		return response.body()
			.lines()
			.filter((line) -> line.startsWith("data: "))
			.map((line) -> line.substring("data: ".length()))
			.toList();
	}

	private static String body(String prompt, String more) {
		return "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":"
				+ dev.tallygate.simulator.call.Json.quoted(prompt) + "}]" + more + "}";
	}

	private HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
		return this.http.send(request("GET", path, "", key), HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> send(String method, String path, String body, String key)
			throws IOException, InterruptedException {
		return send(this.simulator, method, path, body, key);
	}

	private HttpResponse<String> send(Simulator target, String method, String path, String body, String key)
			throws IOException, InterruptedException {
		return this.http.send(request(target, method, path, body, key), HttpResponse.BodyHandlers.ofString());
	}

	private HttpRequest request(String method, String path, String body, String key) {
		return request(this.simulator, method, path, body, key);
	}

	private static HttpRequest request(Simulator target, String method, String path, String body, String key) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target.url() + path))
			.method(method, HttpRequest.BodyPublishers.ofString(body))
			.timeout(Duration.ofSeconds(10))
			.header("x-client-request-id", "call-1");
		if (!key.isEmpty()) {
			request.header("authorization", "Bearer " + key);
		}
		return request.build();
	}

	private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
		long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).isLessThan(end);
			Thread.sleep(5);
		}
	}

}
