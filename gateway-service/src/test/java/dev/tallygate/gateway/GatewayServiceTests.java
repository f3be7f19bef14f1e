package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.ProviderKeyEvent;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.ApiKeyFormat;
import dev.tallygate.simulator.BillRow;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole service as it runs, with a real broker, a real database and the simulator.
 */
class GatewayServiceTests {

	static final UserId USER = new UserId(UuidV7.next());

	static final ApiKeyId KEY = new ApiKeyId(UuidV7.next());

	static final String TOKEN = ApiKeyFormat.generate(KeyType.DEV);

	@TempDir
	static Path directory;

	static WholeGateway gateway;

	@BeforeAll
	static void start() throws Exception {
		gateway = WholeGateway.start(directory, Map.of());
		gateway.keyService.member(TOKEN, USER, KEY);
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void aCallEndsAsOneEventThatEqualsTheBill() throws Exception {
		HttpResponse<String> plain = gateway.post("/v1/chat/completions",
				WholeGateway.ask("gpt-4o", "one two three", ""), TOKEN);
		HttpResponse<String> streamed = gateway.post("/v1/chat/completions",
				WholeGateway.ask("gpt-4o", "four five", ",\"stream\":true"), TOKEN);

		assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
		assertThat(streamed.statusCode()).as(streamed.body()).isEqualTo(200);
		for (HttpResponse<String> answer : List.of(plain, streamed)) {
			String callId = answer.headers().firstValue("x-tallygate-call-id").orElseThrow();
			UsageSettled settled = gateway.settledEvent(callId);
			BillRow billed = gateway.simulator.bill().rows((row) -> callId.equals(row.requestId())).getFirst();
			assertThat(settled.inputTokens()).isEqualTo(billed.inputTokens());
			assertThat(settled.outputTokens()).isEqualTo(billed.outputTokens());
			assertThat(settled.priced()).isTrue();
		}
	}

	@Test
	void aKeyIsRefusedWithinASecondOfTheEvent() throws Exception {
		ApiKeyId key = new ApiKeyId(UuidV7.next());
		String token = ApiKeyFormat.generate(KeyType.DEV);
		gateway.keyService.member(token, USER, key);
		assertThat(gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), token).statusCode())
			.isEqualTo(200);

		gateway.keyService.tokens.remove(token);
		gateway.publish(Topics.KEYS, key.toString(), new ApiKeyEvent.Revoked(key, USER, "default", "tg_dev_xxxxx",
				KeyType.DEV, Instant.now(), null, Instant.now(), 2));

		await().atMost(Duration.ofSeconds(1))
			.until(() -> gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), token)
				.statusCode() == 401);
	}

	@Test
	void aNewProviderKeyIsUsedWithinASecondOfTheEvent() throws Exception {
		gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), TOKEN);
		Map<String, Object> own = new HashMap<>(gateway.keyService.keys.get("openai"));
		own.put("credential", "user");
		own.put("apiKey", "sk-sim-own-key");
		gateway.keyService.keys.put("openai", own);
		gateway.publish(Topics.KEYS, UUID.randomUUID().toString(),
				new ProviderKeyEvent.Saved(UUID.randomUUID(), USER, "openai", 1));

		await().atMost(Duration.ofSeconds(1))
			.until(() -> gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), TOKEN)
				.headers()
				.firstValue("x-tallygate-credential")
				.orElse("")
				.equals("user"));
	}

	@Test
	void agentsAndSettingsDecideTheModelOfCallsThatNameNone() throws Exception {
		HttpResponse<String> made = gateway.post("/api/users/me/agents",
				"{\"name\":\"writer\",\"preferredModel\":\"openai:gpt-4o\"}", TOKEN);
		assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
		assertThat(gateway.post("/api/users/me/agents", "{\"name\":\"writer\"}", TOKEN).statusCode()).isEqualTo(409);
		assertThat(gateway.post("/api/users/me/agents", "{\"name\":\"no spaces\"}", TOKEN).statusCode()).isEqualTo(400);
		assertThat(gateway.post("/api/users/me/agents", "{\"name\":\"x\",\"unknown\":1}", TOKEN).statusCode())
			.isEqualTo(400);

		String unnamed = "{\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}";
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN))).isEqualTo("openai:gpt-4o-mini");
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "writer")))
			.isEqualTo("openai:gpt-4o");
		HttpResponse<String> set = gateway.send(gateway.request("/api/users/me/settings", TOKEN)
			.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":\"openai:gpt-4o\"}")));
		assertThat(set.body()).contains("openai:gpt-4o");
		assertThat(modelOf(gateway.post("/v1/chat/completions", unnamed, TOKEN))).isEqualTo("openai:gpt-4o");
		gateway.send(gateway.request("/api/users/me/settings", TOKEN)
			.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"preferredModel\":null}")));
		assertThat(gateway.send(gateway.request("/api/users/me/settings", TOKEN).GET()).body()).contains("null");
		assertThat(gateway.post("/v1/chat/completions", unnamed, TOKEN, "x-tallygate-agent", "nobody").statusCode())
			.isEqualTo(404);

		assertThat(gateway.send(gateway.request("/api/users/me/agents", TOKEN).GET()).body()).contains("writer");
		assertThat(
				gateway.send(gateway.request("/api/users/" + UUID.randomUUID() + "/agents", TOKEN).GET()).statusCode())
			.isEqualTo(404);
		assertThat(gateway
			.send(gateway.request("/api/users/me/agents/writer", TOKEN)
				.method("PATCH", HttpRequest.BodyPublishers.ofString("{\"name\":\"editor\"}")))
			.body()).contains("editor", "openai:gpt-4o");
		assertThat(gateway.send(gateway.request("/api/users/me/agents/editor", TOKEN).DELETE()).statusCode())
			.isEqualTo(204);
		assertThat(gateway.send(gateway.request("/api/users/me/agents/editor", TOKEN).GET()).statusCode())
			.isEqualTo(404);
	}

	@Test
	void nothingOutsideTheWiresAnswersWithoutAKey() throws Exception {
		for (String path : List.of("/api/users/me/agents", "/api/prices", "/", "/nothing", "/v1/models", "/v1/x")) {
			assertThat(gateway.send(gateway.request(path, "no-key").GET()).statusCode()).as(path).isEqualTo(401);
		}
	}

	private static String modelOf(HttpResponse<String> answer) {
		return answer.headers().firstValue("x-tallygate-model").orElse(answer.body());
	}

}
