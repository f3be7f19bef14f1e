package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.gateway.admission.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The last major version before today's of both official SDKs, and Spring AI's Anthropic
 * module, which is built against one of them; on providers of either dialect, streamed
 * and not.
 */
class PreviousSdkTests {

	private static final String PROMPT = "one two [[sim: output=6]]";

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	private static PreviousSdks sdks;

	private final String base = gateway.uri("").toString();

	@BeforeAll
	static void load() throws IOException {
		sdks = new PreviousSdks();
	}

	@AfterAll
	static void unload() throws IOException {
		sdks.close();
	}

	@Test
	void areOfThePreviousMajors() throws Exception {
		assertThat(SdkSession.jars()).allMatch((jar) -> jar.matches("(openai|anthropic)-java-.*-[43]\\..*"));
		assertThat(sdks.run(SdkSession.class, "jars"))
			.allMatch((jar) -> jar.matches("openai-java-.*-3\\..*|anthropic-java-.*-2\\..*"));
	}

	@ParameterizedTest
	@CsvSource({ "chat,openai:gpt-4o", "chat,anthropic:claude-sonnet-4", "respond,openai:gpt-4o", "respond,manus:gpt-x",
			"respond,anthropic:claude-sonnet-4", "message,anthropic:claude-sonnet-4", "message,openai:gpt-4o" })
	void areServed(String method, String model) throws Exception {
		List<String> told = sdks.run(SdkSession.class, method, this.base, TestGateway.TOKEN, model, PROMPT);

		assertServed(told);
	}

	@ParameterizedTest
	@ValueSource(strings = { "chat", "respond", "message" })
	void areRefusedOnce(String method) throws Exception {
		gateway.calls.refuse(new Refusal.OverLimit(Limit.BUDGET, NanoUsd.ofCents(1), new NanoUsd(9_000_000),
				NanoUsd.ZERO, new NanoUsd(5_000_000), 100L, Instant.parse("2026-12-01T00:00:00Z"), null));

		List<String> told = sdks.run(SdkSession.class, method, this.base, TestGateway.TOKEN, "openai:gpt-4o", PROMPT);

		assertThat(told.getFirst()).isEqualTo("402");
		assertThat(told.getLast()).contains("monthly budget");
		assertThat(gateway.calls.requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "anthropic:claude-sonnet-4", "openai:gpt-4o", "ollama:llama3.1" })
	void springAiSpeaksMessages(String model) throws Exception {
		assertServed(sdks.run(SpringAiSession.class, "message", this.base, TestGateway.TOKEN, model, PROMPT));
	}

	private static void assertServed(List<String> told) {
		assertThat(told.get(0).strip().split(" ")).as("%s", told).hasSize(6);
		assertThat(told.get(1).strip()).isEqualTo(told.get(0).strip());
		assertThat(told.get(2)).isEqualTo("6");
		assertThat(gateway.calls.settled()).hasSize(2).extracting(UsageSettled::outputTokens).containsOnly(6L);
	}

}
