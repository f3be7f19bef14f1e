package dev.tallygate.gateway.dialect.openai;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.EventStreamSplitter;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.pricing.TokenCounts;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A streamed chat completion on its way to the caller: every event goes on as it came,
 * and its usage and text are noted. Where the gateway asked for usage and the caller did
 * not, the event that only carries the usage stays behind, and so does the
 * {@code "usage":null} of the others.
 */
public final class ChatStream {

	private static final byte[] DATA = { 'd', 'a', 't', 'a', ':' };

	private final boolean withhold;

	private final Redaction redaction;

	private final ToLongFunction<String> tokenizer;

	private final EventStreamSplitter splitter;

	private final DeliveredText delivered = new DeliveredText();

	private ByteSink out = (bytes, from, length) -> {
	};

	private @Nullable TokenCounts usage;

	private boolean finished;

	private boolean failed;

	/**
	 * A stream at its start.
	 * @param withhold whether the caller did not ask for the usage it will carry
	 * @param redaction what must not go to the caller
	 * @param tokenizer counts the text where it is too long to be kept
	 * @param maxEvent the largest event accepted, in bytes
	 */
	public ChatStream(boolean withhold, Redaction redaction, ToLongFunction<String> tokenizer, int maxEvent) {
		this.withhold = withhold;
		this.redaction = redaction;
		this.tokenizer = tokenizer;
		this.splitter = new EventStreamSplitter(maxEvent, this::event);
	}

	/**
	 * Takes bytes of the provider's and writes to {@code out} what the caller may see.
	 */
	public void feed(byte[] bytes, int from, int length, ByteSink out) throws IOException {
		this.out = out;
		this.splitter.feed(bytes, from, length);
	}

	/** Writes what is left of a stream that ended within an event. */
	public void end(ByteSink out) throws IOException {
		this.out = out;
		this.splitter.end();
	}

	/** What the provider last reported; null when it did not. */
	public @Nullable TokenCounts usage() {
		return this.usage;
	}

	/** Whether the answer came to its own end. */
	public boolean finished() {
		return this.finished;
	}

	/** Whether the provider said in the stream that it failed. */
	public boolean failed() {
		return this.failed;
	}

	/** The text that was in the events handed on so far. */
	public DeliveredText delivered() {
		return this.delivered;
	}

	private void event(byte[] bytes, int from, int to) throws IOException {
		this.redaction.apply(bytes, from, to);
		int data = dataStart(bytes, from, to);
		if (data < 0) {
			this.out.write(bytes, from, to - from);
			return;
		}
		int dataEnd = lineEnd(bytes, data, to);
		if (isDone(bytes, data, dataEnd)) {
			this.finished = true;
			this.out.write(bytes, from, to - from);
			return;
		}
		ChatChunk chunk = ChatChunk.read(bytes, data, dataEnd, this.delivered, this.tokenizer);
		note(chunk);
		if (!this.withhold) {
			this.out.write(bytes, from, to - from);
		}
		else if (!chunk.onlyUsage()) {
			without(bytes, from, to, chunk.nullUsageFrom(), chunk.nullUsageTo());
		}
	}

	private void note(ChatChunk chunk) {
		if (chunk.usage() != null) {
			this.usage = chunk.usage();
		}
		this.finished |= chunk.finished() || chunk.usage() != null;
		this.failed |= chunk.error();
	}

	private void without(byte[] bytes, int from, int to, int cutFrom, int cutTo) throws IOException {
		if (cutFrom < 0) {
			this.out.write(bytes, from, to - from);
			return;
		}
		this.out.write(bytes, from, cutFrom - from);
		this.out.write(bytes, cutTo, to - cutTo);
	}

	/**
	 * Where the value of the first {@code data} field starts, or -1. No provider spreads
	 * a chunk over several: one that does is passed on unread.
	 */
	private static int dataStart(byte[] bytes, int from, int to) {
		int line = from;
		while (line < to) {
			if (to - line > DATA.length && Arrays.equals(bytes, line, line + DATA.length, DATA, 0, DATA.length)) {
				int value = line + DATA.length;
				return (bytes[value] == ' ') ? value + 1 : value;
			}
			line = lineEnd(bytes, line, to);
			while (line < to && (bytes[line] == '\n' || bytes[line] == '\r')) {
				line++;
			}
		}
		return -1;
	}

	private static int lineEnd(byte[] bytes, int from, int to) {
		int i = from;
		while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
			i++;
		}
		return i;
	}

	private static boolean isDone(byte[] bytes, int from, int to) {
		int end = to;
		while (end > from && bytes[end - 1] == ' ') {
			end--;
		}
		return end - from == 6 && bytes[from] == '[' && bytes[from + 1] == 'D' && bytes[from + 5] == ']';
	}

}
