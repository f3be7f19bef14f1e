package dev.tallygate.gateway.provider;

import dev.tallygate.gateway.dialect.EventStreamSplitter;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that answers take which are held whole. It is bounded for all of them
 * together, since each may be large and nobody knows beforehand which will be.
 */
public final class AnswerRoom implements EventStreamSplitter.Room {

	private static final int FIRST_SIZE = 8 * 1024;

	private final long most;

	private final int mostEach;

	private final AtomicLong taken = new AtomicLong();

	/**
	 * A room that nothing was taken from.
	 * @param most for all answers, in bytes
	 * @param mostEach for one answer, in bytes
	 */
	AnswerRoom(long most, int mostEach) {
		this.most = most;
		this.mostEach = mostEach;
	}

	/** The one room that a gateway has. */
	public AnswerRoom(UpstreamProperties limits) {
		this(limits.maxAnswers().toBytes(), (int) limits.maxAnswer().toBytes());
	}

	/**
	 * Reads an answer to its end. It takes room until it is closed.
	 * @throws UpstreamException when it does not come whole
	 * @throws NoRoomException when it is too large, or when there is no room for it
	 */
	public Held read(UpstreamCall call) throws UpstreamException, NoRoomException {
		Held held = new Held();
		boolean whole = false;
		try {
			held.grow(FIRST_SIZE);
			int count = call.read(held.bytes, 0, held.bytes.length);
			while (count >= 0) {
				held.length += count;
				if (held.length == held.bytes.length) {
					held.grow(Math.min(held.length * 2L, this.mostEach + 1L));
				}
				count = call.read(held.bytes, held.length, held.bytes.length - held.length);
			}
			whole = true;
			return held;
		}
		finally {
			if (!whole) {
				held.close();
			}
		}
	}

	/** How much of it is taken, in bytes. */
	public long taken() {
		return this.taken.get();
	}

	@Override
	public boolean take(long bytes) {
		if (this.taken.addAndGet(bytes) <= this.most) {
			return true;
		}
		this.taken.addAndGet(-bytes);
		return false;
	}

	@Override
	public void giveBack(long bytes) {
		this.taken.addAndGet(-bytes);
	}

	@Override
	public int most() {
		return this.mostEach;
	}

	/** An answer in the first bytes of an array. */
	public final class Held implements AutoCloseable {

		private byte[] bytes = {};

		private int length;

		/** Holds it. */
		public byte[] bytes() {
			return this.bytes;
		}

		/** How many bytes it has. */
		public int length() {
			return this.length;
		}

		/** While it grows the old array and the new one are held. */
		private void grow(long size) throws NoRoomException {
			if (this.length > AnswerRoom.this.mostEach) {
				throw new NoRoomException(true);
			}
			if (!take(size)) {
				throw new NoRoomException(false);
			}
			long before = this.bytes.length;
			this.bytes = Arrays.copyOf(this.bytes, (int) size);
			giveBack(before);
		}

		@Override
		public void close() {
			giveBack(this.bytes.length);
			this.bytes = new byte[0];
			this.length = 0;
		}

	}

	/** An answer that cannot be held. */
	public static final class NoRoomException extends Exception {

		private static final long serialVersionUID = 1L;

		private final boolean tooLarge;

		NoRoomException(boolean tooLarge) {
			super(tooLarge ? "the answer is too large" : "no room for the answer", null, false, false);
			this.tooLarge = tooLarge;
		}

		/** Whether it alone is too large; else all answers together are. */
		public boolean tooLarge() {
			return this.tooLarge;
		}

	}

}
