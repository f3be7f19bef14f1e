package dev.tallygate.gateway.completion;

import java.util.List;
import java.util.Objects;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A session of Spring AI's Anthropic module, which is built against an older SDK than the
 * newest, and so is loaded together with that.
 */
public final class SpringAiSession {

	private SpringAiSession() {
	}

	/** A message, whole and then streamed: its text and how many tokens it took. */
	public static List<String> message(String base, String key, String model, String prompt) {
		AnthropicChatOptions.Builder options = AnthropicChatOptions.builder();
		options.baseUrl(base);
		options.apiKey(key);
		options.model(model);
		options.maxTokens(100);
		AnthropicChatModel client = AnthropicChatModel.builder().options(options.build()).build();
		ChatResponse whole = client.call(new Prompt(prompt));
		String streamed = String.join("",
				client.stream(new Prompt(prompt))
					.toStream()
					.map(ChatResponse::getResult)
					.filter(Objects::nonNull)
					.map((result) -> Objects.requireNonNullElse(result.getOutput().getText(), ""))
					.toList());
		return List.of(Objects.requireNonNullElse(Objects.requireNonNull(whole.getResult()).getOutput().getText(), ""),
				streamed, String.valueOf(whole.getMetadata().getUsage().getCompletionTokens()));
	}

}
