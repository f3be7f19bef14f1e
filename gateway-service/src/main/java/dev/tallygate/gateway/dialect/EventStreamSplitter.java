package dev.tallygate.gateway.dialect;

import java.io.IOException;
import java.util.Arrays;

/**
 * Cuts a stream of server-sent events into its events, however the bytes arrive. An event
 * is everything up to and with the empty line that ends it, comments included, so that
 * all events together are the stream, byte for byte.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">lines end
 * with CRLF, LF or CR</a>
 */
public final class EventStreamSplitter implements AutoCloseable {

	/** Takes one event after the other. */
	@FunctionalInterface
	public interface Events {

		/** Takes the event in {@code [from, to)}. */
		void event(byte[] bytes, int from, int to) throws IOException;

	}

	/** Where the memory for events is accounted for that are not small. */
	public interface Room {

		/** As much as anybody wants. */
		Room UNBOUNDED = new Room() {
			@Override
			public boolean take(long bytes) {
				return true;
			}

			@Override
			public void giveBack(long bytes) {
				// nobody counts
			}

			@Override
			public int most() {
				return Integer.MAX_VALUE;
			}
		};

		/** Takes so many bytes, unless there are not so many. */
		boolean take(long bytes);

		/** Gives back what was taken. */
		void giveBack(long bytes);

		/** What one answer may take of it. */
		int most();

	}

	private static final byte[] NOTHING = {};

	/** What a stream may hold without asking, in bytes. */
	private static final int SMALL = 64 * 1024;

	private static final int FIRST_SIZE = 1024;

	private final int maxEvent;

	private final Events events;

	private final Room room;

	private long taken;

	/** The start of an event whose end has not come yet. */
	private byte[] held = NOTHING;

	private int heldLength;

	/** How far the held bytes were looked at, and where their last line starts. */
	private int looked;

	private int lineStart;

	/**
	 * A splitter at the start of a stream.
	 * @param maxEvent the largest event accepted, in bytes
	 * @param events takes the events
	 */
	public EventStreamSplitter(int maxEvent, Events events) {
		this(maxEvent, events, Room.UNBOUNDED);
	}

	/** The same where large events take room. */
	public EventStreamSplitter(int maxEvent, Events events, Room room) {
		this.room = room;
		this.maxEvent = maxEvent;
		this.events = events;
	}

	/**
	 * Takes the next bytes of the stream and hands on every event they complete.
	 * @throws EventTooLargeException when an event is larger than allowed
	 */
	public void feed(byte[] bytes, int from, int length) throws IOException {
		if (this.heldLength == 0) {
			this.looked = from;
			this.lineStart = from;
			int rest = split(bytes, from, from + length);
			hold(bytes, rest, from + length);
		}
		else {
			append(bytes, from, length);
			int rest = split(this.held, 0, this.heldLength);
			keep(rest);
			shrink();
		}
		if (this.heldLength > this.maxEvent) {
			throw EventTooLargeException.beyond(this.maxEvent);
		}
	}

	/** Gives {@code rest} what is left when the stream ends within an event. */
	public void end(Events rest) throws IOException {
		if (this.heldLength > 0) {
			int length = this.heldLength;
			this.heldLength = 0;
			rest.event(this.held, 0, length);
		}
	}

	/**
	 * Hands on the complete events from {@code eventStart}.
	 * @return where the first incomplete one starts
	 */
	private int split(byte[] bytes, int eventStart, int end) throws IOException {
		int start = eventStart;
		int i = this.looked;
		int line = this.lineStart;
		while (i < end) {
			byte c = bytes[i];
			if (c != '\n' && c != '\r') {
				i++;
				continue;
			}
			if (c == '\r' && i + 1 == end) {
				break;
			}
			int next = (c == '\r' && bytes[i + 1] == '\n') ? i + 2 : i + 1;
			if (i == line) {
				this.events.event(bytes, start, next);
				start = next;
			}
			i = next;
			line = next;
		}
		this.looked = i;
		this.lineStart = line;
		return start;
	}

	/** Gives back the room that was taken. */
	@Override
	public void close() {
		this.room.giveBack(this.taken);
		this.taken = 0;
		this.held = NOTHING;
		this.heldLength = 0;
	}

	/** While it grows, the old array and the new one are held. */
	private void grow(int size) throws EventTooLargeException {
		if (size > SMALL) {
			if (!this.room.take(size)) {
				throw EventTooLargeException.withoutRoom();
			}
			long before = this.taken;
			this.taken = size;
			this.held = Arrays.copyOf(this.held, size);
			this.room.giveBack(before);
			return;
		}
		this.held = Arrays.copyOf(this.held, size);
	}

	/** The room of a large event is for others once it has gone on. */
	private void shrink() {
		if (this.taken > 0 && this.heldLength <= SMALL) {
			this.held = Arrays.copyOf(this.held, Math.max(FIRST_SIZE, this.heldLength));
			this.room.giveBack(this.taken);
			this.taken = 0;
		}
	}

	private void hold(byte[] bytes, int from, int to) throws EventTooLargeException {
		int length = to - from;
		if (length > 0) {
			if (this.held.length < length) {
				grow(Math.max(FIRST_SIZE, length));
			}
			System.arraycopy(bytes, from, this.held, 0, length);
			this.looked -= from;
			this.lineStart -= from;
		}
		this.heldLength = length;
	}

	private void append(byte[] bytes, int from, int length) throws EventTooLargeException {
		int wanted = this.heldLength + length;
		if (wanted > this.held.length) {
			grow(Math.max(wanted, Math.min(this.held.length * 2, this.maxEvent)));
		}
		System.arraycopy(bytes, from, this.held, this.heldLength, length);
		this.heldLength = wanted;
	}

	private void keep(int from) {
		if (from > 0) {
			System.arraycopy(this.held, from, this.held, 0, this.heldLength - from);
			this.looked -= from;
			this.lineStart -= from;
			this.heldLength -= from;
		}
	}

}
