package dev.tallygate.gateway.dialect.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer.
 *
 * @param id the provider's name for it
 * @param model who answered, as the provider says
 * @param parts what was said, in order
 * @param finish why it ended; null when the provider did not say
 * @param usage what it took
 */
record Answer(@Nullable String id, @Nullable String model, List<Part> parts, @Nullable Finish finish,
		AnswerUsage usage) {

	Answer {
		parts = List.copyOf(parts);
	}

	boolean calls() {
		return this.parts.stream().anyMatch(Part.ToolCall.class::isInstance);
	}

	/** Its length in tokens, roughly, for when nobody told. */
	long roughOutput() {
		long characters = 0;
		for (Part part : this.parts) {
			characters += switch (part) {
				case Part.Text(String text) -> text.length();
				case Part.Thinking(String text, String signature) -> text.length();
				case Part.Refusal(String text) -> text.length();
				case Part.ToolCall call -> call.name().length() + call.arguments().length();
				case Part.RedactedThinking thinking -> 0;
				case Part.Image image -> 0;
				case Part.Document document -> 0;
				case Part.ToolResult result -> 0;
			};
		}
		return Math.ceilDiv(characters, 4);
	}

}
