package dev.tallygate.gateway.dialect.conversation;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one streamed answer of a wire, event by event. It keeps nothing of what it read.
 */
abstract class EventReader {

	/** Takes what happens. */
	@FunctionalInterface
	interface Sink {

		void accept(AnswerEvent event) throws IOException, UnreadableAnswerException;

	}

	private boolean ended;

	/**
	 * Takes the data of one event that is no error.
	 * @param event the data
	 * @param sink is told what it means
	 * @throws UnreadableAnswerException when it means nothing on this wire
	 */
	abstract void read(ObjectNode event, Sink sink) throws IOException, UnreadableAnswerException;

	/** Why the answer ended; null while it goes on. */
	abstract @Nullable Finish finish();

	abstract AnswerUsage usage();

	/** Tells the end if there was one; an end without a reason is none. */
	final void end(Sink sink) throws IOException, UnreadableAnswerException {
		Finish finish = finish();
		if (!this.ended && finish != null) {
			this.ended = true;
			sink.accept(new AnswerEvent.Ended(finish, usage()));
		}
	}

	/** Whether the end was told. */
	final boolean ended() {
		return this.ended;
	}

}
