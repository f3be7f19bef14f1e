package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.ApiKeyFormat;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The trace of a call, as a collector gets it.
 */
class TracingTests {

	private static final String SECRET_WORDS = "the quick brown fox of this test";

	@TempDir
	static Path directory;

	static Collector collector;

	static WholeGateway gateway;

	private final UserId user = new UserId(UuidV7.next());

	private final ApiKeyId key = new ApiKeyId(UuidV7.next());

	private final String token = ApiKeyFormat.generate(KeyType.DEV);

	private final String traceId = UUID.randomUUID().toString().replace("-", "");

	private final String parent = "00f067aa0ba902b7";

	@BeforeAll
	static void start() throws Exception {
		collector = new Collector();
		gateway = WholeGateway.start(directory, Map.of("tallygate.tracing.endpoint", collector.endpoint(),
				"tallygate.tracing.authorization", "Bearer of-the-collector"));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		collector.close();
	}

	@BeforeEach
	void member() {
		gateway.keyService.member(this.token, this.user, this.key);
	}

	@Test
	void joinsTheCallersTraceAndHandsItOn() throws Exception {
		HttpResponse<String> answer = call("gpt-4o-mini", "[[sim: input=1000 output=500]]");
		assertThat(answer.statusCode()).isEqualTo(200);

		Span served = span("POST /v1/chat/completions");
		Span call = span("chat gpt-4o-mini");
		Span introspected = span("POST /internal/introspect");
		assertThat(Collector.hex(served.getParentSpanId().toByteArray())).isEqualTo(this.parent);
		assertThat(List.of(call, introspected)).allMatch((span) -> span.getParentSpanId().equals(served.getSpanId()));
		assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
		assertThat(served.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
		assertThat(gateway.keyService.traceparents)
			.contains("00-" + this.traceId + '-' + Collector.hex(introspected.getSpanId().toByteArray()) + "-01");
		assertThat(collector.authorizations).containsOnly("Bearer of-the-collector");
	}

	@Test
	void tellsUsageAndCostInTheNamesOfTheConventionsAndNoWordOfThePrompt() throws Exception {
		HttpResponse<String> answer = call("gpt-4o-mini", "[[sim: input=1000 output=500]] " + SECRET_WORDS);
		String callId = answer.headers().firstValue("x-tallygate-call-id").orElseThrow();

		Map<String, Object> attributes = Collector.attributes(span("chat gpt-4o-mini"));
		assertThat(attributes).containsEntry("gen_ai.operation.name", "chat")
			.containsEntry("gen_ai.provider.name", "openai")
			.containsEntry("gen_ai.request.model", "gpt-4o-mini")
			.containsEntry("gen_ai.usage.input_tokens", 1000L)
			.containsEntry("gen_ai.usage.output_tokens", 500L)
			.containsEntry("tallygate.cost_nanos", 450000L)
			.containsEntry("tallygate.call_id", callId)
			.containsEntry("tallygate.user_id", this.user.toString())
			.containsEntry("tallygate.credential", "system")
			.containsEntry("tallygate.status", "completed")
			.containsEntry("tallygate.usage_source", "provider");
		assertThat(collector.everything()).doesNotContain(SECRET_WORDS)
			.doesNotContain(this.token)
			.doesNotContain("sk-sim-system");
	}

	@Test
	void aCallThatTheProviderFailsIsAnError() throws Exception {
		HttpResponse<String> answer = call("gpt-4o-mini", "[[sim: status=400]]");
		assertThat(answer.statusCode()).isEqualTo(400);

		Span call = span("chat gpt-4o-mini");
		assertThat(call.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
		assertThat(Collector.attributes(call)).containsEntry("tallygate.status", "failed")
			.containsEntry("error.type", "400")
			.doesNotContainKey("gen_ai.usage.input_tokens");
	}

	@Test
	void aCallerThatDecidedNotToTraceIsNotTraced() throws Exception {
		gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o-mini", "[[sim: output=1]]", ""), this.token,
				"traceparent", "00-" + this.traceId + '-' + this.parent + "-00");
		String traced = this.traceId.substring(0, 31) + ((this.traceId.charAt(31) == '0') ? '1' : '0');
		gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o-mini", "[[sim: output=1]]", ""), this.token,
				"traceparent", "00-" + traced + '-' + this.parent + "-01");

		await().atMost(Duration.ofSeconds(30)).until(() -> !collector.of(traced).isEmpty());
		assertThat(collector.of(this.traceId)).isEmpty();
	}

	@Test
	void ourOwnRestIsNamedByItsRouteWithoutIds() throws Exception {
		gateway.send(gateway.request("/api/users/" + this.user + "/settings", this.token)
			.header("traceparent", "00-" + this.traceId + '-' + this.parent + "-01")
			.GET());

		Span served = span("GET /api/users/{user}/settings");
		assertThat(Collector.attributes(served)).containsEntry("http.response.status_code", 200L);
	}

	private HttpResponse<String> call(String model, String prompt) throws Exception {
		return gateway.post("/v1/chat/completions", WholeGateway.ask(model, prompt, ""), this.token, "traceparent",
				"00-" + this.traceId + '-' + this.parent + "-01");
	}

	private Span span(String name) {
		return await().atMost(Duration.ofSeconds(30))
			.until(() -> collector.of(this.traceId).stream().filter((span) -> span.getName().equals(name)).toList(),
					(found) -> !found.isEmpty())
			.getFirst();
	}

}
