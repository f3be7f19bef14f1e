package dev.tallygate.gateway.completion;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads a request's body whole, within limits of size and time.
 */
final class BodyReader {

	private static final int FIRST_SIZE = 8 * 1024;

	private final long maxBytes;

	private final Duration timeout;

	BodyReader(long maxBytes, Duration timeout) {
		this.maxBytes = maxBytes;
		this.timeout = timeout;
	}

	/**
	 * Reads the body.
	 * @throws Unacceptable when it is too large, cut short or too slow
	 */
	Body read(HttpServletRequest request) throws Unacceptable {
		long announced = request.getContentLengthLong();
		if (request.getHeader("Content-Encoding") != null) {
			throw new Unacceptable(WireError.invalid("Send the request body without Content-Encoding.", null));
		}
		try {
			InputStream in = request.getInputStream();
			if (announced > this.maxBytes) {
				throw tooLarge(in);
			}
			return (announced >= 0) ? known(in, (int) announced) : unknown(in);
		}
		catch (SocketTimeoutException ex) {
			throw tooSlow();
		}
		catch (IOException ex) {
			throw new Unacceptable(WireError.invalid("The request body ended too early.", null));
		}
	}

	private Body known(InputStream in, int length) throws IOException, Unacceptable {
		byte[] bytes = new byte[length];
		int read = fill(in, bytes, 0);
		if (read < length) {
			throw new Unacceptable(WireError.invalid("The request body ended too early.", null));
		}
		return new Body(bytes, length);
	}

	private Body unknown(InputStream in) throws IOException, Unacceptable {
		byte[] bytes = new byte[FIRST_SIZE];
		int length = 0;
		while (true) {
			length = fill(in, bytes, length);
			if (length < bytes.length) {
				return new Body(bytes, length);
			}
			if (length > this.maxBytes) {
				throw tooLarge(in);
			}
			bytes = Arrays.copyOf(bytes, (int) Math.min(this.maxBytes + 1, length * 2L));
		}
	}

	/** Fills the rest of {@code bytes}; stops short only at the end of the body. */
	private int fill(InputStream in, byte[] bytes, int from) throws IOException, Unacceptable {
		long deadline = System.nanoTime() + this.timeout.toNanos();
		int length = from;
		while (length < bytes.length) {
			int count = in.read(bytes, length, bytes.length - length);
			if (count < 0) {
				return length;
			}
			length += count;
			if (length < bytes.length && System.nanoTime() - deadline > 0) {
				throw tooSlow();
			}
		}
		return length;
	}

	/** Reads on to twice the limit, so that the caller gets to read the answer. */
	private Unacceptable tooLarge(InputStream in) {
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
		return new Unacceptable(WireError.of(413, "request_too_large", "The request body is larger than "
				+ this.maxBytes + " bytes. Shorten the conversation or its attachments."));
	}

	private static Unacceptable tooSlow() {
		return new Unacceptable(
				WireError.of(408, "invalid_request", "The request body came too slowly. Send it again."));
	}

	/**
	 * A body in the first {@code length} bytes of an array.
	 *
	 * @param bytes holds it
	 * @param length how many bytes it has
	 */
	@SuppressWarnings("ArrayRecordComponent") // compared nowhere
	record Body(byte[] bytes, int length) {

	}

	/** A body that is refused. */
	static final class Unacceptable extends Exception {

		private static final long serialVersionUID = 1L;

		private final transient WireError error;

		Unacceptable(WireError error) {
			super(error.code(), null, false, false);
			this.error = error;
		}

		WireError error() {
			return this.error;
		}

	}

}
