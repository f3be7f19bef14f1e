package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import dev.tallygate.gateway.dialect.WireError;
import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A streamed answer on its way from one wire to another. Nothing that looks like an end
 * is written before the provider's answer came to its own, so what is cut is seen to be
 * cut.
 */
final class CrossedStream {

	private final EventReader reader;

	private final EventWriter writer;

	private final Keeping keeping;

	private boolean failed;

	/**
	 * A stream at its start.
	 * @param keeping accounts for what the writer keeps
	 */
	CrossedStream(EventReader reader, EventWriter writer, Keeping keeping) {
		this.reader = reader;
		this.writer = writer;
		this.keeping = keeping;
	}

	/**
	 * Takes one event of the provider's, with data. After an error it writes nothing
	 * more: how the answer ends then is for others to say.
	 * @param event the event
	 * @param out takes whole events of the caller's wire
	 */
	void event(ServerSentEvent event, ByteSink out) throws IOException {
		if (this.failed || this.reader.ended()) {
			return;
		}
		if (event.isDone()) {
			end(out);
			return;
		}
		if (event.dataFrom() == event.dataTo()) {
			return;
		}
		ObjectNode data = Json.objectOrNull(event.data(), event.dataFrom(), event.dataTo() - event.dataFrom());
		if (data == null || "error".equals(event.name()) || data.hasNonNull("error")
				|| "error".equals(Json.string(data, "type"))) {
			this.failed = true;
			return;
		}
		try {
			this.reader.read(data, (said) -> this.writer.write(said, out));
		}
		catch (UnreadableAnswerException ex) {
			this.failed = true;
		}
	}

	/** The provider's stream ended by itself. */
	void end(ByteSink out) throws IOException {
		if (this.failed) {
			return;
		}
		try {
			this.reader.end((said) -> this.writer.write(said, out));
		}
		catch (UnreadableAnswerException ex) {
			this.failed = true;
		}
	}

	/** Whether the answer came to its own end and that end was written. */
	boolean finished() {
		return this.reader.ended();
	}

	/**
	 * Whether the provider said that it failed, or what it said cannot be said to the
	 * caller.
	 */
	boolean failed() {
		return this.failed;
	}

	/** Ends the answer with an error, in the caller's words. */
	void fail(WireError error, ByteSink out) throws IOException {
		this.failed = true;
		this.writer.fail(error, out);
	}

	/** Whether the connection is to break after an error. */
	boolean breaks() {
		return this.writer.breaks();
	}

	/** Gives back the room that the writer took. */
	void close() {
		this.keeping.close();
	}

}
