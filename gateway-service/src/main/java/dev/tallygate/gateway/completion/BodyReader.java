package dev.tallygate.gateway.completion;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.RefusedException;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.security.problem.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a request's body whole, within limits of size, time and room. Memory grows with
 * what arrives and not with what is announced, and what all bodies together take is
 * bounded.
 */
public final class BodyReader {

	private static final int FIRST_SIZE = 8 * 1024;

	private final long maxBytes;

	private final Duration timeout;

	private final long room;

	private final long share;

	private final AtomicLong taken = new AtomicLong();

	private final Map<UserId, Long> shares = new ConcurrentHashMap<>();

	/**
	 * Nothing was read yet.
	 * @param maxBytes of one body
	 * @param timeout for one body
	 * @param room for all bodies of calls that run
	 * @param share of the room that one user may take
	 */
	public BodyReader(long maxBytes, Duration timeout, long room, long share) {
		this.share = share;
		this.maxBytes = maxBytes;
		this.timeout = timeout;
		this.room = room;
	}

	/**
	 * Reads the body, which takes room until it is closed.
	 * @throws RefusedException when it is too large, cut short or too slow, or when there
	 * is no room
	 */
	public Body read(CallerRequest request, UserId user) throws RefusedException {
		if (request.header("Content-Encoding") != null) {
			throw new RefusedException(WireError.invalid("Send the request body without Content-Encoding.", null));
		}
		Body body = new Body(user);
		boolean whole = false;
		try {
			read(request, body);
			whole = true;
			return body;
		}
		catch (SocketTimeoutException ex) {
			throw tooSlow();
		}
		catch (IOException ex) {
			throw endedEarly();
		}
		finally {
			if (!whole) {
				body.close();
			}
		}
	}

	private void read(CallerRequest request, Body body) throws IOException, RefusedException {
		InputStream in = request.body();
		long announced = request.contentLength();
		if (announced > this.maxBytes) {
			throw tooLarge(in);
		}
		long most = (announced >= 0) ? announced : this.maxBytes + 1;
		long deadline = System.nanoTime() + this.timeout.toNanos();
		body.grow(Math.min(FIRST_SIZE, most));
		int count = 0;
		while (count >= 0 && body.length < most) {
			if (body.length == body.bytes.length) {
				body.grow(Math.min(most, body.length * 2L));
			}
			count = in.read(body.bytes, body.length, body.bytes.length - body.length);
			body.length += Math.max(count, 0);
			if (count >= 0 && body.length < most && System.nanoTime() - deadline > 0) {
				throw tooSlow();
			}
		}
		if (body.length < announced) {
			throw endedEarly();
		}
		if (body.length > this.maxBytes) {
			throw tooLarge(in);
		}
	}

	private boolean takeShare(UserId user, long bytes) {
		boolean[] taken = new boolean[1];
		this.shares.compute(user, (key, before) -> {
			long after = ((before != null) ? before : 0) + bytes;
			taken[0] = after <= this.share;
			return taken[0] ? Long.valueOf(after) : before;
		});
		return taken[0];
	}

	/** Whoever has nothing left is forgotten. */
	private void giveBack(UserId user, long bytes) {
		this.taken.addAndGet(-bytes);
		this.shares.computeIfPresent(user, (key, before) -> (before > bytes) ? Long.valueOf(before - bytes) : null);
	}

	/** Reads on to twice the limit, so that the caller gets to read the answer. */
	private RefusedException tooLarge(InputStream in) {
		byte[] thrownAway = new byte[FIRST_SIZE];
		long left = this.maxBytes * 2;
		long deadline = System.nanoTime() + this.timeout.toNanos();
		try {
			int count = in.read(thrownAway);
			while (count >= 0 && left > 0 && System.nanoTime() - deadline < 0) {
				left -= count;
				count = in.read(thrownAway);
			}
		}
		catch (IOException ex) {
			// then it cannot
		}
		return new RefusedException(WireError.of(413, ErrorCode.REQUEST_TOO_LARGE, "The request body is larger than "
				+ this.maxBytes + " bytes. Shorten the conversation or its attachments."));
	}

	private static RefusedException tooSlow() {
		return new RefusedException(
				WireError.invalid("The request body came too slowly. Send it again, faster.", null));
	}

	private static RefusedException endedEarly() {
		return new RefusedException(WireError.invalid("The request body ended too early.", null));
	}

	/** A body in the first bytes of an array. */
	public final class Body implements AutoCloseable {

		private final UserId user;

		private byte[] bytes = {};

		private int length;

		private Body(UserId user) {
			this.user = user;
		}

		/** Holds it. */
		public byte[] bytes() {
			return this.bytes;
		}

		/** How many bytes it has. */
		public int length() {
			return this.length;
		}

		private void grow(long size) throws RefusedException {
			long more = size - this.bytes.length;
			if (!takeShare(this.user, more)) {
				throw new RefusedException(Errors.NO_ROOM_OF_YOUR_OWN);
			}
			if (BodyReader.this.taken.addAndGet(more) > BodyReader.this.room) {
				giveBack(this.user, more);
				throw new RefusedException(Errors.NO_ROOM);
			}
			this.bytes = Arrays.copyOf(this.bytes, (int) size);
		}

		/** Gives its room to others. */
		@Override
		public void close() {
			giveBack(this.user, this.bytes.length);
			this.bytes = new byte[0];
			this.length = 0;
		}

	}

}
