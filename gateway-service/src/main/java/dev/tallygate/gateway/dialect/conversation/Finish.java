package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.Nullable;

/**
 * Why an answer ended, as its provider said.
 *
 * @param kind why
 * @param word the provider's own word for it
 * @param stopSequence the text it stopped at; null when that was not told
 */
record Finish(Kind kind, String word, @Nullable String stopSequence) {

	/** What both wires have a word for. */
	enum Kind {

		/** It was said, or a stop sequence came. */
		STOP,
		/** It may not be longer. */
		LENGTH,
		/** Tools are to be run. */
		TOOL_CALLS,
		/** The provider would not let it be said. */
		REFUSED,
		/** A word only its provider knows. */
		OTHER

	}

	static Finish ofChat(String word) {
		return new Finish(switch (word) {
			case "stop" -> Kind.STOP;
			case "length" -> Kind.LENGTH;
			case "tool_calls", "function_call" -> Kind.TOOL_CALLS;
			case "content_filter" -> Kind.REFUSED;
			default -> Kind.OTHER;
		}, word, null);
	}

	static Finish ofMessages(String word, @Nullable String stopSequence) {
		return new Finish(switch (word) {
			case "end_turn", "stop_sequence" -> Kind.STOP;
			case "max_tokens", "model_context_window_exceeded", "pause_turn" -> Kind.LENGTH;
			case "tool_use" -> Kind.TOOL_CALLS;
			case "refusal" -> Kind.REFUSED;
			default -> Kind.OTHER;
		}, word, stopSequence);
	}

	/** Some providers say "stop" when tools are to be run, and the other way round. */
	private Kind seeing(boolean calls) {
		return switch (this.kind) {
			case STOP, TOOL_CALLS -> calls ? Kind.TOOL_CALLS : Kind.STOP;
			case LENGTH, REFUSED, OTHER -> this.kind;
		};
	}

	/** In chat's words. */
	String toChat(boolean calls) {
		return switch (seeing(calls)) {
			case STOP -> "stop";
			case LENGTH -> "length";
			case TOOL_CALLS -> "tool_calls";
			case REFUSED -> "content_filter";
			case OTHER -> this.word;
		};
	}

	/** In the words of the Messages API. */
	String toMessages(boolean calls) {
		return switch (seeing(calls)) {
			case STOP -> (this.stopSequence != null) ? "stop_sequence" : "end_turn";
			case LENGTH -> "max_tokens";
			case TOOL_CALLS -> "tool_use";
			case REFUSED -> "refusal";
			case OTHER -> this.word;
		};
	}

	/** Why a response is not complete; null when it is. */
	@Nullable String incompleteReason() {
		return switch (this.kind) {
			case STOP, TOOL_CALLS, OTHER -> null;
			case LENGTH -> "max_output_tokens";
			case REFUSED -> "content_filter";
		};
	}

}
