package dev.tallygate.gateway.dialect.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of what someone said.
 */
sealed interface Part {

	/** Plain text. */
	record Text(String text) implements Part {

	}

	/**
	 * An image.
	 *
	 * @param source where it is
	 * @param at where in the request it stood, to be named when it cannot be said
	 */
	record Image(Source source, String at) implements Part {

	}

	/**
	 * A document, such as a PDF.
	 *
	 * @param source where it is
	 * @param name its file name or title
	 * @param at where in the request it stood, to be named when it cannot be said
	 */
	record Document(Source source, @Nullable String name, String at) implements Part {

	}

	/**
	 * What the model thought.
	 *
	 * @param text in words, perhaps only a summary
	 * @param signature by which the provider knows it for its own; null where there is
	 * none
	 */
	record Thinking(String text, @Nullable String signature) implements Part {

	}

	/** Thoughts that only the provider can read. */
	record RedactedThinking(String data) implements Part {

	}

	/**
	 * The model wants a tool to be run.
	 *
	 * @param id ties the result to it
	 * @param name the tool's
	 * @param arguments JSON text as the model wrote it, which is not always whole; of a
	 * custom tool any text
	 * @param custom whether the tool takes any text
	 * @param at where in the request it stood
	 */
	record ToolCall(String id, String name, String arguments, boolean custom, String at) implements Part {

		/** One that a model made just now. */
		static ToolCall made(String id, String name, String arguments) {
			return new ToolCall(id, name, arguments, false, "tool_call");
		}

	}

	/**
	 * What a tool answered.
	 *
	 * @param callId the call's
	 * @param content text, images and documents
	 * @param failed whether the tool failed
	 */
	record ToolResult(String callId, List<Part> content, boolean failed) implements Part {

	}

	/** The model's words when it refuses. */
	record Refusal(String text) implements Part {

	}

}
