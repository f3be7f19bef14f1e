package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.tallygate.events.UsageSettled.Status;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatOptions;

/**
 * The official Java SDKs, LangChain4j and Spring AI, each with its own base URL rules, on
 * providers that speak their wire and on providers that do not.
 */
class JavaClientsTests {

	private static final String CLAUDE = "anthropic:claude-sonnet-4";

	private static final String GPT = "openai:gpt-4o";

	private static final String OLLAMA = "ollama:llama3.1";

	private static final String WORDS = "Say something [[sim: output=12]]";

	private static final String TOOL = "How is it? [[sim: tool=get_weather{\"city\":\"Oslo\"}]]";

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@ParameterizedTest
	@ValueSource(strings = { CLAUDE, GPT, OLLAMA })
	void openAiChat(String model) {
		try (Closing<OpenAIClient> open = openAi()) {
			ChatCompletionCreateParams asked = chat(model, WORDS).build();
			ChatCompletion answer = open.client().chat().completions().create(asked);
			assertThat(answer.choices().getFirst().message().content().orElse("")).isNotBlank();
			assertThat(answer.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
			assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(12);

			ChatCompletion streamed = streamed(open.client(),
					chat(model, WORDS).streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
						.build());
			assertThat(streamed.choices().getFirst().message().content())
				.isEqualTo(answer.choices().getFirst().message().content());
			assertThat(streamed.usage().orElseThrow().completionTokens()).isEqualTo(12);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { CLAUDE, GPT, OLLAMA })
	void openAiChatWithTools(String model) {
		try (Closing<OpenAIClient> open = openAi()) {
			ChatCompletionCreateParams asked = chat(model, TOOL)
				.addFunctionTool(FunctionDefinition.builder()
					.name("get_weather")
					.parameters(FunctionParameters.builder()
						.putAdditionalProperty("type", com.openai.core.JsonValue.from("object"))
						.putAdditionalProperty("properties",
								com.openai.core.JsonValue.from(Map.of("city", Map.of("type", "string"))))
						.build())
					.build())
				.build();
			for (ChatCompletion answer : List.of(open.client().chat().completions().create(asked),
					streamed(open.client(), asked))) {
				ChatCompletion.Choice choice = answer.choices().getFirst();
				assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
				assertThat(choice.message().toolCalls().orElseThrow().getFirst().asFunction().function())
					.satisfies((function) -> {
						assertThat(function.name()).isEqualTo("get_weather");
						assertThat(function.arguments()).contains("Oslo");
					});
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { CLAUDE, GPT, OLLAMA })
	void openAiResponses(String model) {
		try (Closing<OpenAIClient> open = openAi()) {
			Response answer = open.client()
				.responses()
				.create(ResponseCreateParams.builder().model(model).input(WORDS).build());
			assertThat(answer.status()).contains(ResponseStatus.COMPLETED);
			assertThat(answer.output().getFirst().asMessage().content().getFirst().asOutputText().text()).isNotBlank();
			assertThat(answer.usage().orElseThrow().outputTokens()).isEqualTo(12);

			ResponseCreateParams asked = ResponseCreateParams.builder()
				.model(model)
				.input(TOOL)
				.addTool(FunctionTool.builder()
					.name("get_weather")
					.strict(false)
					.parameters(FunctionTool.Parameters.builder()
						.putAdditionalProperty("type", com.openai.core.JsonValue.from("object"))
						.build())
					.build())
				.build();
			ResponseAccumulator all = ResponseAccumulator.create();
			try (com.openai.core.http.StreamResponse<ResponseStreamEvent> events = open.client()
				.responses()
				.createStreaming(asked)) {
				events.stream().forEach(all::accumulate);
			}
			assertThat(all.response().output().getLast().asFunctionCall()).satisfies((call) -> {
				assertThat(call.name()).isEqualTo("get_weather");
				assertThat(call.arguments()).contains("Oslo");
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { CLAUDE, GPT, OLLAMA })
	void anthropic(String model) {
		try (Closing<AnthropicClient> open = anthropic()) {
			MessageCreateParams asked = MessageCreateParams.builder()
				.model(model)
				.maxTokens(500)
				.addUserMessage(WORDS)
				.build();
			Message answer = open.client().messages().create(asked);
			assertThat(answer.content().getFirst().text().orElseThrow().text()).isNotBlank();
			assertThat(answer.stopReason()).contains(StopReason.END_TURN);
			assertThat(answer.usage().outputTokens()).isEqualTo(12);

			Message streamed = streamed(open.client(), asked);
			assertThat(streamed.content().getFirst().text().orElseThrow().text())
				.isEqualTo(answer.content().getFirst().text().orElseThrow().text());
			assertThat(streamed.usage().outputTokens()).isEqualTo(12);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { CLAUDE, GPT, OLLAMA })
	void anthropicWithTools(String model) {
		try (Closing<AnthropicClient> open = anthropic()) {
			MessageCreateParams asked = MessageCreateParams.builder()
				.model(model)
				.maxTokens(500)
				.addUserMessage(TOOL)
				.addTool(Tool.builder()
					.name("get_weather")
					.inputSchema(Tool.InputSchema.builder()
						.putAdditionalProperty("properties",
								com.anthropic.core.JsonValue.from(Map.of("city", Map.of("type", "string"))))
						.build())
					.build())
				.build();
			for (Message answer : List.of(open.client().messages().create(asked), streamed(open.client(), asked))) {
				assertThat(answer.stopReason()).contains(StopReason.TOOL_USE);
				ContentBlock last = answer.content().getLast();
				assertThat(last.toolUse().orElseThrow().name()).isEqualTo("get_weather");
				assertThat(last.toolUse().orElseThrow()._input().toString()).contains("Oslo");
			}
		}
	}

	@Test
	void whatCannotBeSaidIsTheSdksOwnError() {
		try (Closing<OpenAIClient> open = openAi()) {
			assertThatThrownBy(() -> open.client().chat().completions().create(chat(CLAUDE, WORDS).n(2).build()))
				.isInstanceOfSatisfying(BadRequestException.class, (ex) -> {
					assertThat(ex.code()).contains("not_translatable");
					assertThat(ex.param()).contains("n");
				});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "fault=cut@3", "fault=error@3", "tool=get_weather{\"city\":\"Oslo\"} fault=cut@1" })
	void noSdkTakesACutAnswerForAWholeOne(String directives) {
		String prompt = "one [[sim: output=30 " + directives + "]]";
		try (Closing<OpenAIClient> open = openAi(); Closing<AnthropicClient> other = anthropic()) {
			assertThatThrownBy(() -> streamed(open.client(), chat(CLAUDE, prompt).build()))
				.isInstanceOf(Exception.class);
			assertThatThrownBy(() -> streamed(other.client(),
					MessageCreateParams.builder().model(GPT).maxTokens(500).addUserMessage(prompt).build()))
				.isInstanceOf(Exception.class);
		}
	}

	static Stream<ChatModel> langChain() {
		return Stream.of(CLAUDE, GPT, OLLAMA)
			.flatMap((model) -> Stream.of(
					OpenAiChatModel.builder()
						.baseUrl(gateway.uri("/v1").toString())
						.apiKey(TestGateway.TOKEN)
						.modelName(model)
						.maxRetries(0)
						.build(),
					AnthropicChatModel.builder()
						.baseUrl(gateway.uri("/v1").toString())
						.apiKey(TestGateway.TOKEN)
						.modelName(model)
						.maxTokens(500)
						.maxRetries(0)
						.build()));
	}

	@ParameterizedTest
	@MethodSource("langChain")
	void langChain4j(ChatModel model) {
		assertThat(model.chat(WORDS)).isNotBlank();
		ChatResponse called = model.chat(withTool());
		assertThat(called.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
		assertThat(called.aiMessage().toolExecutionRequests().getFirst().arguments()).contains("Oslo");
	}

	static Stream<StreamingChatModel> langChainStreams() {
		return Stream.of(CLAUDE, GPT, OLLAMA)
			.flatMap((model) -> Stream.of(
					OpenAiStreamingChatModel.builder()
						.baseUrl(gateway.uri("/v1").toString())
						.apiKey(TestGateway.TOKEN)
						.modelName(model)
						.build(),
					AnthropicStreamingChatModel.builder()
						.baseUrl(gateway.uri("/v1").toString())
						.apiKey(TestGateway.TOKEN)
						.modelName(model)
						.maxTokens(500)
						.build()));
	}

	@ParameterizedTest
	@MethodSource("langChainStreams")
	void langChain4jStreamed(StreamingChatModel model) throws Exception {
		ChatResponse words = streamed(model, ChatRequest.builder().messages(UserMessage.from(WORDS)).build());
		assertThat(words.aiMessage().text()).isNotBlank();
		assertThat(words.tokenUsage().outputTokenCount()).isEqualTo(12);
		ChatResponse called = streamed(model, withTool());
		assertThat(called.aiMessage().toolExecutionRequests().getFirst().arguments()).contains("Oslo");
	}

	/** Its Anthropic half needs an older SDK than the one above. */
	@ParameterizedTest
	@ValueSource(strings = { CLAUDE, GPT, OLLAMA })
	void springAi(String name) {
		OpenAiChatOptions.Builder options = OpenAiChatOptions.builder();
		options.baseUrl(gateway.uri("/v1").toString());
		options.apiKey(TestGateway.TOKEN);
		options.model(name);
		options.maxRetries(0);
		org.springframework.ai.openai.OpenAiChatModel model = org.springframework.ai.openai.OpenAiChatModel.builder()
			.options(options.build())
			.build();
		org.springframework.ai.chat.model.ChatResponse answer = model.call(new Prompt(WORDS));
		String text = Objects.requireNonNull(answer.getResult()).getOutput().getText();
		assertThat(text).isNotBlank();
		assertThat(answer.getMetadata().getUsage().getCompletionTokens()).isEqualTo(12);

		String streamed = String.join("",
				model.stream(new Prompt(WORDS))
					.toStream()
					.map(org.springframework.ai.chat.model.ChatResponse::getResult)
					.filter(Objects::nonNull)
					.map((result) -> Objects.requireNonNullElse(result.getOutput().getText(), ""))
					.toList());
		assertThat(streamed).isEqualTo(text);
		assertThat(gateway.calls.settled()).allSatisfy((call) -> assertThat(call.status()).isEqualTo(Status.COMPLETED));
	}

	private static ChatRequest withTool() {
		return ChatRequest.builder()
			.messages(UserMessage.from(TOOL))
			.toolSpecifications(ToolSpecification.builder()
				.name("get_weather")
				.description("Tells the weather")
				.parameters(JsonObjectSchema.builder().addStringProperty("city").build())
				.build())
			.build();
	}

	private static ChatResponse streamed(StreamingChatModel model, ChatRequest request) throws Exception {
		CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
		model.chat(request, new StreamingChatResponseHandler() {

			@Override
			public void onPartialResponse(String piece) {
				// the whole is looked at
			}

			@Override
			public void onCompleteResponse(ChatResponse response) {
				whole.complete(response);
			}

			@Override
			public void onError(Throwable error) {
				whole.completeExceptionally(error);
			}

		});
		return whole.get(20, TimeUnit.SECONDS);
	}

	private static ChatCompletionCreateParams.Builder chat(String model, String prompt) {
		return ChatCompletionCreateParams.builder().model(model).addUserMessage(prompt);
	}

	private static ChatCompletion streamed(OpenAIClient client, ChatCompletionCreateParams asked) {
		ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
		try (com.openai.core.http.StreamResponse<ChatCompletionChunk> chunks = client.chat()
			.completions()
			.createStreaming(asked)) {
			chunks.stream().forEach(all::accumulate);
		}
		return all.chatCompletion();
	}

	private static Message streamed(AnthropicClient client, MessageCreateParams asked) {
		MessageAccumulator all = MessageAccumulator.create();
		try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(asked)) {
			events.stream().forEach(all::accumulate);
		}
		return all.message();
	}

	private static Closing<OpenAIClient> openAi() {
		OpenAIClient client = OpenAIOkHttpClient.builder()
			.baseUrl(gateway.uri("/v1").toString())
			.apiKey(TestGateway.TOKEN)
			.maxRetries(1) // a connection it kept may have been closed meanwhile
			.build();
		return new Closing<>(client, client::close);
	}

	private static Closing<AnthropicClient> anthropic() {
		AnthropicClient client = AnthropicOkHttpClient.builder()
			.baseUrl(gateway.uri("").toString())
			.apiKey(TestGateway.TOKEN)
			.maxRetries(1) // a connection it kept may have been closed meanwhile
			.build();
		return new Closing<>(client, client::close);
	}

	/** A client that is closed after a test. */
	private record Closing<T>(T client, Runnable closing) implements AutoCloseable {

		@Override
		public void close() {
			this.closing.run();
		}

	}

}
