package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ModelRoutesTests {

	private TestGateway gateway;

	@BeforeEach
	void start() throws Exception {
		this.gateway = TestGateway.start();
		this.gateway.reveals.remove("manus");
	}

	@AfterEach
	void stop() {
		this.gateway.close();
	}

	@Test
	void listsWhatHasAPriceAndWhatTheProvidersList() throws Exception {
		try (CaptureServer provider = new CaptureServer("""
				{"object":"list","data":[{"id":"gpt-4o","object":"model","created":1715367049,"owned_by":"system"},\
				{"id":"gpt-new","object":"model","created":1715367050,"owned_by":"system"}]}""")) {
			at("openai", provider);
			noneAt("ollama");
			JsonNode list = json(get("/v1/models"));

			assertThat(list.path("object").stringValue()).isEqualTo("list");
			assertThat(ids(list)).startsWith("openai:gpt-4o", "openai:gpt-4o-mini", "openai:gpt-new")
				.contains("anthropic:claude-sonnet-4")
				.noneMatch((id) -> id.startsWith("ollama:") || id.startsWith("manus:") || id.endsWith("*"))
				.doesNotHaveDuplicates();
			JsonNode first = list.path("data").get(0);
			assertThat(first.path("object").stringValue()).isEqualTo("model");
			assertThat(first.path("created").longValue()).isEqualTo(1715367049);
			assertThat(first.path("owned_by").stringValue()).isEqualTo("openai");
			assertThat(list.path("data").get(1).path("created").longValue()).as("since when it has a price")
				.isEqualTo(1735689600);
			assertThat(provider.requests()).hasSize(1);
			assertThat(provider.requests().getFirst()).startsWith("GET /models HTTP/1.1")
				.contains("Authorization: Bearer " + TestGateway.SYSTEM_KEY);
		}
	}

	@Test
	void asksAProviderOncePerCredentialInFiveMinutes() throws Exception {
		try (CaptureServer provider = new CaptureServer("{\"data\":[{\"id\":\"gpt-new\"}]}")) {
			at("openai", provider);
			get("/v1/models");
			get("/v1/models");
			get("/v1/models/gpt-4o");
			assertThat(provider.requests()).hasSize(1);
			this.gateway.revealAt("openai", URI.create(provider.url()), Credential.USER, "sk-sim-another-key-of-mine");
			this.gateway.keys.invalidateAll();
			get("/v1/models");
			assertThat(provider.requests()).hasSize(2);
			assertThat(provider.requests().getLast()).contains("Bearer sk-sim-another-key-of-mine");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "no http at all\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[[[[[", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
			"HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"data\":[1,{\"id\":\"a b\"}]}",
			"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"data\":null}" })
	void aProviderThatGivesNoListIsLeftOut(String answer) throws Exception {
		try (CaptureServer provider = CaptureServer.answering(answer)) {
			at("openai", provider);

			assertThat(ids(json(get("/v1/models")))).contains("openai:gpt-4o", "anthropic:claude-sonnet-4")
				.noneMatch((id) -> id.contains(" "));
		}
	}

	@Test
	void aProvidersListNeverShowsItsKey() throws Exception {
		try (CaptureServer provider = new CaptureServer("{\"data\":[{\"id\":\"x-" + TestGateway.SYSTEM_KEY
				+ "\"},{\"id\":\"y\",\"display_name\":\"" + TestGateway.SYSTEM_KEY + "\"}]}")) {
			at("openai", provider);

			String body = get("/v1/models", "anthropic-version", "2023-06-01").body();

			assertThat(body).contains("openai:y").doesNotContain(TestGateway.SYSTEM_KEY);
		}
	}

	@Test
	void turnsPagesAsAnthropicsSdkDoes() throws Exception {
		List<String> all = ids(json(get("/v1/models", "anthropic-version", "2023-06-01")));
		JsonNode first = json(get("/v1/models?limit=2", "anthropic-version", "2023-06-01"));
		assertThat(ids(first)).isEqualTo(all.subList(0, 2));
		assertThat(first.path("has_more").booleanValue()).isTrue();
		JsonNode second = json(get("/v1/models?limit=2&after_id=" + all.get(1), "anthropic-version", "2023-06-01"));
		assertThat(ids(second)).isEqualTo(all.subList(2, 4));
		JsonNode back = json(get("/v1/models?limit=1&before_id=" + all.get(2), "anthropic-version", "2023-06-01"));
		assertThat(ids(back)).isEqualTo(all.subList(1, 2));
		assertThat(back.path("has_more").booleanValue()).isTrue();
		assertThat(ids(json(get("/v1/models?limit=1000&after_id=" + all.getLast(), "anthropic-version", "2023-06-01"))))
			.isEmpty();
		assertThat(get("/v1/models?limit=0", "anthropic-version", "2023-06-01").statusCode()).isEqualTo(400);
	}

	@Test
	void answersInTheFormOfAnthropicsSdkWhenThatAsks() throws Exception {
		JsonNode list = json(get("/v1/models", "anthropic-version", "2023-06-01"));

		List<String> ids = ids(list);
		assertThat(list.path("has_more").booleanValue()).isFalse();
		assertThat(list.path("first_id").stringValue()).isEqualTo(ids.getFirst());
		assertThat(list.path("last_id").stringValue()).isEqualTo(ids.getLast());
		assertThat(list.path("data")).allSatisfy((model) -> {
			assertThat(model.path("type").stringValue()).isEqualTo("model");
			assertThat(model.path("display_name").stringValue()).isNotBlank();
			assertThat(model.path("created_at").stringValue()).endsWith("Z");
		});
	}

	@Test
	void listsWhatTheWiresOfWhoeverAsksGetTo() throws Exception {
		this.gateway.reveal("manus", Credential.USER, "sk-sim-user-canary-9876543210");
		List<String> openAi = ids(json(get("/v1/models")));
		List<String> anthropic = ids(json(get("/v1/models", "anthropic-version", "2023-06-01")));

		assertThat(openAi).contains("openai:gpt-4o", "anthropic:claude-sonnet-4", "openai:text-embedding-3-small",
				"manus:text-embedding-3-small", "openai:o1-pro");
		assertThat(openAi).as("answers responses alone, which manus does not speak").doesNotContain("manus:o1-pro");
		assertThat(anthropic).contains("openai:gpt-4o", "anthropic:claude-sonnet-4")
			.noneMatch((id) -> id.endsWith("text-embedding-3-small") || id.endsWith("o1-pro"));
	}

	@Test
	void listsNothingThatCannotBeCalledAtAll() throws Exception {
		try (CaptureServer provider = new CaptureServer("""
				{"object":"list","data":[{"id":"gpt-realtime-9"},{"id":"ft:gpt-4o-2024-08-06:acme::7p4lURel"}]}""")) {
			at("openai", provider);
			List<String> listed = ids(json(get("/v1/models")));

			assertThat(listed).contains("openai:gpt-4o", "openai:ft:gpt-4o-2024-08-06:acme::7p4lURel")
				.as("which speaks over sockets alone")
				.doesNotContain("openai:gpt-realtime-9", "openai:gpt-4o-realtime-preview")
				.as("which has the price of all that were made from it")
				.doesNotContain("openai:ft:gpt-4o-2024-08-06");
		}
	}

	@Test
	void aModelThatNoWireOfTheAskingSdkGetsToIsNotFound() throws Exception {
		assertThat(get("/v1/models/openai:text-embedding-3-small").statusCode()).isEqualTo(200);
		assertThat(get("/v1/models/openai:text-embedding-3-small", "anthropic-version", "2023-06-01").statusCode())
			.isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai:gpt-4o", "openai%3Agpt-4o", "openai/gpt-4o", "gpt-4o" })
	void findsAModelByAnyNameACallMayUse(String name) throws Exception {
		HttpResponse<String> answer = get("/v1/models/" + name);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(json(answer).path("id").stringValue()).isEqualTo("openai:gpt-4o");
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai:no-such", "nobody:gpt-4o", "no-such", "manus:any", "a%20b" })
	void anUnknownModelIsNotFoundInTheWiresOwnWords(String name) throws Exception {
		HttpResponse<String> openAi = get("/v1/models/" + name);
		HttpResponse<String> anthropic = get("/v1/models/" + name, "anthropic-version", "2023-06-01");

		assertThat(openAi.statusCode()).isEqualTo(404);
		assertThat(json(openAi).path("error").path("code").stringValue()).isEqualTo("model_not_found");
		assertThat(anthropic.statusCode()).isEqualTo(404);
		assertThat(json(anthropic).path("type").stringValue()).isEqualTo("error");
		assertThat(json(anthropic).path("error").path("type").stringValue()).isEqualTo("not_found_error");
		assertThat(json(anthropic).path("error").path("code").stringValue()).isEqualTo("model_not_found");
		assertThat(json(anthropic).path("request_id").stringValue())
			.isEqualTo(anthropic.headers().firstValue("x-request-id").orElseThrow());
	}

	@Test
	void aKeyThatMayUseSomeModelsSeesThose() throws Exception {
		this.gateway.callers.put(TestGateway.TOKEN, new Caller(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()),
				KeyType.DEV, Role.MEMBER, Set.of("gpt-4o", "anthropic:claude-sonnet-4"), null));

		assertThat(ids(json(get("/v1/models")))).containsExactlyInAnyOrder("openai:gpt-4o",
				"anthropic:claude-sonnet-4");
		assertThat(get("/v1/models/openai:gpt-4o-mini").statusCode()).isEqualTo(404);
	}

	@Test
	void aProviderTheCallerHasNoCredentialForIsLeftOut() throws Exception {
		this.gateway.reveals.remove("openai");

		assertThat(ids(json(get("/v1/models")))).noneMatch((id) -> id.startsWith("openai:"));
		assertThat(get("/v1/models/openai:gpt-4o").statusCode()).isEqualTo(404);
	}

	@Test
	void withoutKeyServiceItSaysSo() throws Exception {
		this.gateway.reveals.put("openai", new Reveal.Unavailable());

		HttpResponse<String> answer = get("/v1/models");

		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(answer.body()).contains("key_service_unavailable");
		assertThat(answer.headers().firstValue("retry-after")).isPresent();
	}

	@Test
	void nobodySeesModelsWithoutAKey() throws Exception {
		HttpResponse<String> chat = send(HttpRequest.newBuilder(this.gateway.uri("/v1/chat/completions"))
			.POST(HttpRequest.BodyPublishers.noBody()));
		HttpResponse<String> list = send(HttpRequest.newBuilder(this.gateway.uri("/v1/models")));

		assertThat(list.statusCode()).isEqualTo(401);
		assertThat(list.body()).isEqualTo(chat.body());
		HttpResponse<String> anthropic = send(
				HttpRequest.newBuilder(this.gateway.uri("/v1/models")).header("anthropic-version", "2023-06-01"));
		assertThat(anthropic.statusCode()).isEqualTo(401);
		assertThat(json(anthropic).path("error").path("type").stringValue()).isEqualTo("authentication_error");
		assertThat(json(anthropic).path("error").path("code").stringValue()).isEqualTo("invalid_api_key");
	}

	@Test
	void takesNothingButGet() throws Exception {
		HttpResponse<String> answer = send(request("/v1/models").DELETE());

		assertThat(answer.statusCode()).isEqualTo(405);
		assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
	}

	private void at(String provider, CaptureServer server) {
		this.gateway.revealAt(provider, URI.create(server.url()), Credential.SYSTEM, TestGateway.SYSTEM_KEY);
	}

	/** Nobody listens there. */
	private void noneAt(String provider) {
		this.gateway.revealAt(provider, URI.create("http://127.0.0.1:1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(this.gateway.uri(path))
			.timeout(Duration.ofSeconds(20))
			.header("Authorization", "Bearer " + TestGateway.TOKEN);
	}

	private HttpResponse<String> get(String path, String... headers) throws Exception {
		HttpRequest.Builder request = request(path);
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.gateway.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static JsonNode json(HttpResponse<String> answer) {
		return JsonMapper.shared().readTree(answer.body());
	}

	private static List<String> ids(JsonNode list) {
		List<String> ids = new ArrayList<>();
		list.path("data").forEach((model) -> ids.add(id(model)));
		return ids;
	}

	private static String id(@Nullable JsonNode model) {
		return (model != null) ? String.valueOf(model.path("id").stringValue()) : "";
	}

}
