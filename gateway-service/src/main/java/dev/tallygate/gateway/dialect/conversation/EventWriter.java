package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.WireError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one streamed answer of a wire, event by event.
 */
abstract class EventWriter {

	private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

	/**
	 * Writes what happened.
	 * @throws UnreadableAnswerException when it cannot be said after what was said before
	 */
	abstract void write(AnswerEvent event, ByteSink out) throws IOException, UnreadableAnswerException;

	/** Ends the answer in the wire's own words after something went wrong. */
	abstract void fail(WireError error, ByteSink out) throws IOException;

	/** Whether the connection is to break after an error. */
	abstract boolean breaks();

	/** Writes an event of one line of data. */
	static void send(@Nullable String name, byte[] data, ByteSink out) throws IOException {
		if (name != null) {
			byte[] line = ("event: " + name + '\n').getBytes(StandardCharsets.US_ASCII);
			out.write(line, 0, line.length);
		}
		out.write(DATA, 0, DATA.length);
		out.write(data, 0, data.length);
		out.write(END, 0, END.length);
	}

	/** Writes an event that has its name in its data too. */
	static void send(ObjectNode event, ByteSink out) throws IOException {
		send(Json.stringOrEmpty(event, "type"), Json.bytes(event), out);
	}

}
