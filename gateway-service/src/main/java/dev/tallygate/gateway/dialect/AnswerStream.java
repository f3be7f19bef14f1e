package dev.tallygate.gateway.dialect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer on its way from a provider to a caller, however its bytes arrive.
 * Comments pass as they are. Nothing passes before the first event with data is known: an
 * error that comes first is no stream, and a comment is no first byte.
 */
public final class AnswerStream implements AutoCloseable {

	private static final byte[] EMPTY_LINE = { '\n', '\n' };

	/** What is kept of comments that come before the first event, in bytes. */
	private static final int MAX_COMMENTS = 16 * 1024;

	private final StreamReader reader;

	private final Redaction redaction;

	private final EventStreamSplitter splitter;

	private final ByteArrayOutputStream before = new ByteArrayOutputStream(0);

	private ByteSink out = (bytes, from, length) -> {
	};

	private boolean begun;

	private boolean refused;

	/** How many line ends the last event lacks. */
	private int unended;

	/**
	 * A stream at its start.
	 * @param reader knows its wire
	 * @param redaction what must not go to the caller
	 * @param maxEvent the largest event accepted, in bytes
	 */
	public AnswerStream(StreamReader reader, Redaction redaction, int maxEvent) {
		this(reader, redaction, maxEvent, EventStreamSplitter.Room.UNBOUNDED);
	}

	/**
	 * The same where what is held of large events is bounded for all streams together.
	 */
	public AnswerStream(StreamReader reader, Redaction redaction, int maxEvent, EventStreamSplitter.Room room) {
		this.reader = reader;
		this.redaction = redaction;
		this.splitter = new EventStreamSplitter(maxEvent, this::event, room);
	}

	/**
	 * Takes bytes of the provider's and writes to {@code sink} what the caller gets.
	 */
	public void feed(byte[] bytes, int from, int length, ByteSink sink) throws IOException {
		this.out = sink;
		this.splitter.feed(bytes, from, length);
	}

	/**
	 * The provider ended in order. A last event without its empty line passes only when
	 * it is whole, for half an event would swallow whatever comes after it.
	 */
	public void end(ByteSink sink) throws IOException {
		this.out = sink;
		this.splitter.end((bytes, from, to) -> {
			ServerSentEvent last = new ServerSentEvent(bytes, from, to);
			if (last.hasData() && (last.isDone() || isJson(last))) {
				event(bytes, from, to);
				this.unended = (bytes[to - 1] == '\n' || bytes[to - 1] == '\r') ? 1 : 2;
			}
		});
		if (this.begun && !this.refused && this.reader.failure() == null) {
			this.reader.end(this.out);
		}
	}

	/** What was written last may be no whole event. */
	public void tear() {
		this.unended = EMPTY_LINE.length;
	}

	/** Tells the caller what went wrong; it is the last that is written. */
	public void fail(WireError error, ByteSink sink) throws IOException {
		sink.write(EMPTY_LINE, 0, this.unended);
		this.reader.fail(error, sink);
	}

	/** Gives back the room that was taken for what is large. */
	@Override
	public void close() {
		this.splitter.close();
		this.reader.close();
	}

	/** Whether an event with data came. */
	public boolean begun() {
		return this.begun;
	}

	/** The error that came instead of a stream; null when none did. */
	public @Nullable InBandError refusal() {
		return this.refused ? this.reader.failure() : null;
	}

	private static boolean isJson(ServerSentEvent event) {
		try {
			JsonScanner json = new JsonScanner(event.data(), event.dataFrom(), event.dataTo(), Integer.MAX_VALUE);
			json.skipValue();
			return json.next() == JsonScanner.Token.END;
		}
		catch (MalformedJsonException ex) {
			return false;
		}
	}

	private void event(byte[] bytes, int from, int to) throws IOException {
		if (this.refused) {
			return;
		}
		this.redaction.apply(bytes, from, to);
		ServerSentEvent event = new ServerSentEvent(bytes, from, to);
		if (this.begun) {
			next(event);
		}
		else if (event.hasData()) {
			first(event);
		}
		else if (this.before.size() + to - from <= MAX_COMMENTS) {
			this.before.write(bytes, from, to - from);
		}
	}

	private void next(ServerSentEvent event) throws IOException {
		if (event.hasData()) {
			this.reader.event(event, this.out);
		}
		else {
			event.writeTo(this.out);
		}
	}

	/** It may be as large as an event can be, so what is written of it is not copied. */
	private void first(ServerSentEvent event) throws IOException {
		this.begun = true;
		List<Piece> pieces = new ArrayList<>(4);
		this.reader.event(event, (bytes, from, length) -> pieces.add(new Piece(bytes, from, length)));
		this.refused = this.reader.failure() != null;
		if (!this.refused) {
			byte[] held = this.before.toByteArray();
			if (held.length > 0) {
				this.out.write(held, 0, held.length);
			}
			for (Piece piece : pieces) {
				this.out.write(piece.bytes(), piece.from(), piece.length());
			}
		}
		this.before.reset();
	}

	/** What is to be written when all of an event was read. */
	@SuppressWarnings("ArrayRecordComponent") // compared nowhere
	private record Piece(byte[] bytes, int from, int length) {

	}

}
