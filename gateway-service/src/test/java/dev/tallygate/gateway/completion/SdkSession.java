package dev.tallygate.gateway.completion;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.List;

/**
 * A session of the official SDKs, with whatever version of them it is loaded together. It
 * is public, and speaks in texts, because its loader is not that of who asks.
 */
public final class SdkSession {

	private SdkSession() {
	}

	/** Where the SDKs that it uses come from. */
	public static List<String> jars() {
		return List.of(jarOf(OpenAIClient.class), jarOf(OpenAIOkHttpClient.class), jarOf(AnthropicClient.class),
				jarOf(AnthropicOkHttpClient.class));
	}

	private static String jarOf(Class<?> type) {
		String path = type.getProtectionDomain().getCodeSource().getLocation().getPath();
		return path.substring(path.lastIndexOf('/') + 1);
	}

	/**
	 * A chat completion, whole and then streamed: its text and how many tokens it took.
	 */
	public static List<String> chat(String base, String key, String model, String prompt) {
		OpenAIClient client = OpenAIOkHttpClient.builder().apiKey(key).baseUrl(base + "/v1").build();
		try {
			ChatCompletionCreateParams asked = ChatCompletionCreateParams.builder()
				.model(model)
				.addUserMessage(prompt)
				.build();
			ChatCompletion whole = client.chat().completions().create(asked);
			StringBuilder text = new StringBuilder();
			try (var stream = client.chat().completions().createStreaming(asked)) {
				for (ChatCompletionChunk chunk : (Iterable<ChatCompletionChunk>) stream.stream()::iterator) {
					chunk.choices().forEach((choice) -> choice.delta().content().ifPresent(text::append));
				}
			}
			return List.of(whole.choices().getFirst().message().content().orElse(""), text.toString(),
					Long.toString(whole.usage().orElseThrow().completionTokens()));
		}
		catch (OpenAIServiceException ex) {
			return List.of(Integer.toString(ex.statusCode()), String.valueOf(ex.getMessage()));
		}
		finally {
			client.close();
		}
	}

	/** A response, whole and then streamed: its text and how many tokens it took. */
	public static List<String> respond(String base, String key, String model, String prompt) {
		OpenAIClient client = OpenAIOkHttpClient.builder().apiKey(key).baseUrl(base + "/v1").build();
		try {
			ResponseCreateParams asked = ResponseCreateParams.builder().model(model).input(prompt).build();
			Response whole = client.responses().create(asked);
			StringBuilder text = new StringBuilder();
			try (var stream = client.responses().createStreaming(asked)) {
				for (ResponseStreamEvent event : (Iterable<ResponseStreamEvent>) stream.stream()::iterator) {
					event.outputTextDelta().ifPresent((delta) -> text.append(delta.delta()));
				}
			}
			return List.of(whole.output().getFirst().asMessage().content().getFirst().asOutputText().text(),
					text.toString(), Long.toString(whole.usage().orElseThrow().outputTokens()));
		}
		catch (OpenAIServiceException ex) {
			return List.of(Integer.toString(ex.statusCode()), String.valueOf(ex.getMessage()));
		}
		finally {
			client.close();
		}
	}

	/** A message, whole and then streamed: its text and how many tokens it took. */
	public static List<String> message(String base, String key, String model, String prompt) {
		AnthropicClient client = AnthropicOkHttpClient.builder().apiKey(key).baseUrl(base).build();
		try {
			MessageCreateParams asked = MessageCreateParams.builder()
				.model(model)
				.maxTokens(100)
				.addUserMessage(prompt)
				.build();
			Message whole = client.messages().create(asked);
			StringBuilder text = new StringBuilder();
			try (var stream = client.messages().createStreaming(asked)) {
				for (RawMessageStreamEvent event : (Iterable<RawMessageStreamEvent>) stream.stream()::iterator) {
					event.contentBlockDelta()
						.flatMap((delta) -> delta.delta().text())
						.ifPresent((delta) -> text.append(delta.text()));
				}
			}
			return List.of(whole.content().getFirst().asText().text(), text.toString(),
					Long.toString(whole.usage().outputTokens()));
		}
		catch (AnthropicServiceException ex) {
			return List.of(Integer.toString(ex.statusCode()), String.valueOf(ex.getMessage()));
		}
		finally {
			client.close();
		}
	}

}
