package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.gateway.admission.Refusal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official SDKs for Java with only base URL and key changed, whatever provider is
 * behind.
 */
class JavaSdkTests {

	private static final String PROMPT = "one two [[sim: output=6]]";

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	private static OpenAIClient openAi;

	private static AnthropicClient anthropic;

	@BeforeAll
	static void connect() {
		openAi = OpenAIOkHttpClient.builder().apiKey(TestGateway.TOKEN).baseUrl(gateway.uri("/v1").toString()).build();
		anthropic = AnthropicOkHttpClient.builder()
			.apiKey(TestGateway.TOKEN)
			.baseUrl(gateway.uri("").toString())
			.build();
	}

	@AfterAll
	static void disconnect() {
		openAi.close();
		anthropic.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai:gpt-4o", "anthropic:claude-sonnet-4" })
	void chats(String model) {
		ChatCompletion answer = openAi.chat().completions().create(chat(model, PROMPT));

		assertThat(answer.choices().getFirst().message().content().orElseThrow().split(" ")).hasSize(6);
		assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(6);
		assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai:gpt-4o", "anthropic:claude-sonnet-4" })
	void chatsInAStream(String model) {
		StringBuilder text = new StringBuilder();
		try (var stream = openAi.chat().completions().createStreaming(chat(model, PROMPT))) {
			for (ChatCompletionChunk chunk : (Iterable<ChatCompletionChunk>) stream.stream()::iterator) {
				chunk.choices().forEach((choice) -> choice.delta().content().ifPresent(text::append));
			}
		}

		assertThat(text.toString().strip().split(" ")).hasSize(6);
		assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "anthropic:claude-sonnet-4", "openai:gpt-4o" })
	void sendsMessages(String model) {
		Message answer = anthropic.messages().create(message(model, PROMPT));

		assertThat(answer.content().getFirst().asText().text().split(" ")).hasSize(6);
		assertThat(answer.usage().outputTokens()).isEqualTo(6);
		assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "anthropic:claude-sonnet-4", "openai:gpt-4o" })
	void sendsMessagesAndReadsAStream(String model) {
		StringBuilder text = new StringBuilder();
		try (var stream = anthropic.messages().createStreaming(message(model, PROMPT))) {
			for (RawMessageStreamEvent event : (Iterable<RawMessageStreamEvent>) stream.stream()::iterator) {
				event.contentBlockDelta()
					.flatMap((delta) -> delta.delta().text())
					.ifPresent((delta) -> text.append(delta.text()));
			}
		}

		assertThat(text.toString().strip().split(" ")).hasSize(6);
		assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai:gpt-4o", "manus:gpt-x", "anthropic:claude-sonnet-4" })
	void responds(String model) {
		Response answer = openAi.responses().create(ResponseCreateParams.builder().model(model).input(PROMPT).build());

		assertThat(answer.usage().orElseThrow().outputTokens()).isEqualTo(6);
		assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai:gpt-4o", "manus:gpt-x", "anthropic:claude-sonnet-4" })
	void respondsInAStream(String model) {
		StringBuilder text = new StringBuilder();
		boolean completed = false;
		try (var stream = openAi.responses()
			.createStreaming(ResponseCreateParams.builder().model(model).input(PROMPT).build())) {
			for (ResponseStreamEvent event : (Iterable<ResponseStreamEvent>) stream.stream()::iterator) {
				event.outputTextDelta().ifPresent((delta) -> text.append(delta.delta()));
				completed |= event.completed().isPresent();
			}
		}

		assertThat(text.toString().strip().split(" ")).hasSize(6);
		assertThat(completed).isTrue();
	}

	@Test
	void embedsAndListsAndCounts() {
		assertThat(openAi.embeddings()
			.create(EmbeddingCreateParams.builder()
				.model("openai:gpt-4o")
				.inputOfArrayOfStrings(List.of("one", "two"))
				.build())
			.data()).hasSize(2);
		assertThat(openAi.models().list().data()).anyMatch((model) -> "openai:gpt-4o".equals(model.id()));
		assertThat(openAi.models().retrieve("openai/gpt-4o").id()).isEqualTo("openai:gpt-4o");
		assertThat(anthropic.models().list().data())
			.anyMatch((model) -> "anthropic:claude-sonnet-4".equals(model.id()));
		assertThat(anthropic.messages()
			.countTokens(MessageCountTokensParams.builder()
				.model("anthropic:claude-sonnet-4")
				.addUserMessage("one two three")
				.build())
			.inputTokens()).isEqualTo(3);
	}

	@Test
	void aFinalRefusalIsAskedForOnce() {
		gateway.calls.refuse(new Refusal.OverLimit(Limit.BUDGET, NanoUsd.ofCents(1), new NanoUsd(9_000_000),
				NanoUsd.ZERO, new NanoUsd(5_000_000), 100L, Instant.parse("2026-12-01T00:00:00Z"), null));

		assertThatExceptionOfType(OpenAIServiceException.class)
			.isThrownBy(() -> openAi.chat().completions().create(chat("openai:gpt-4o", PROMPT)))
			.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(402));
		assertThat(gateway.calls.requests()).hasSize(1);
		assertThatExceptionOfType(AnthropicServiceException.class)
			.isThrownBy(() -> anthropic.messages().create(message("anthropic:claude-sonnet-4", PROMPT)))
			.satisfies((ex) -> assertThat(ex.statusCode()).isEqualTo(402));
		assertThat(gateway.calls.requests()).hasSize(2);
	}

	@Test
	void aBrokenStreamIsNoAnswer() {
		String broken = "one [[sim: output=30 fault=reset@5]]";
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> {
			try (var stream = openAi.chat().completions().createStreaming(chat("openai:gpt-4o", broken))) {
				stream.stream().forEach((chunk) -> {
				});
			}
		});
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> {
			try (var stream = anthropic.messages().createStreaming(message("anthropic:claude-sonnet-4", broken))) {
				stream.stream().forEach((event) -> {
				});
			}
		}).withMessageContaining("broke");
	}

	private static ChatCompletionCreateParams chat(String model, String prompt) {
		return ChatCompletionCreateParams.builder().model(model).addUserMessage(prompt).build();
	}

	private static MessageCreateParams message(String model, String prompt) {
		return MessageCreateParams.builder().model(model).maxTokens(100).addUserMessage(prompt).build();
	}

}
