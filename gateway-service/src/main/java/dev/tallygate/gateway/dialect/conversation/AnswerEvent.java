package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens while an answer is streamed.
 */
sealed interface AnswerEvent {

	/**
	 * It begins.
	 *
	 * @param id the provider's name for it
	 * @param model who answers, as the provider says
	 */
	record Started(@Nullable String id, @Nullable String model) implements AnswerEvent {

	}

	/** More text. */
	record Text(String text) implements AnswerEvent {

	}

	/** More of a thought. */
	record Thought(String text) implements AnswerEvent {

	}

	/** By which the provider knows the thought for its own. */
	record Signature(String signature) implements AnswerEvent {

	}

	/** A thought is over; another one may follow it at once. */
	record ThoughtEnded() implements AnswerEvent {

	}

	/** A thought that only the provider can read. */
	record Redacted(String data) implements AnswerEvent {

	}

	/** More of a refusal. */
	record Refusal(String text) implements AnswerEvent {

	}

	/**
	 * The model begins to call a tool.
	 *
	 * @param call the number of the call in the answer
	 * @param id its id
	 * @param name the tool's
	 */
	record CallStarted(int call, String id, String name) implements AnswerEvent {

	}

	/**
	 * More of a call's arguments.
	 *
	 * @param call the number of the call
	 * @param json the next piece of a JSON text
	 */
	record CallArguments(int call, String json) implements AnswerEvent {

	}

	/**
	 * It came to its own end.
	 *
	 * @param finish why
	 * @param usage what it took
	 */
	record Ended(Finish finish, AnswerUsage usage) implements AnswerEvent {

	}

}
