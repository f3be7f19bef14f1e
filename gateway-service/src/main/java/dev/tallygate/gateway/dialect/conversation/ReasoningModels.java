package dev.tallygate.gateway.dialect.conversation;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which models behind the chat API reason, told by their names: the others refuse a call
 * that tells them how much.
 */
final class ReasoningModels {

	private static final Pattern OPENAI = Pattern.compile("(?:o[1-9]|gpt-(?:[5-9]|\\d{2})|codex)(?![a-z]).*");

	private static final Pattern OTHERS = Pattern.compile(
			"(?:gpt-oss|deepseek-(?:r\\d|reasoner|v[4-9]|v3\\.[1-9])|qwq|qwen3|magistral|grok-(?:3-mini|[4-9])|gemini-(?:2\\.5|[3-9])|glm-(?:4\\.[5-9]|[5-9])|kimi-k2|minimax-m).*");

	private ReasoningModels() {
	}

	/** Whether it can be told how much to reason. */
	static boolean reasons(String model) {
		String name = plain(model);
		return (OPENAI.matcher(name).matches() && !name.contains("chat")) || OTHERS.matcher(name).matches();
	}

	/** Whether it takes {@code max_completion_tokens} and refuses {@code max_tokens}. */
	static boolean wantsCompletionTokens(String model) {
		return OPENAI.matcher(plain(model)).matches();
	}

	private static String plain(String model) {
		return model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
	}

}
