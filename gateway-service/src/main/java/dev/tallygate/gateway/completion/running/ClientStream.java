package dev.tallygate.gateway.completion.running;

import dev.tallygate.gateway.http.CallerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The caller's side of a stream. Whole events only; heartbeats may come from another
 * thread between them.
 */
public final class ClientStream {

	/**
	 * The empty line sets the comment apart from the next event, for readers that part a
	 * stream at empty lines.
	 */
	private static final byte[] HEARTBEAT = ": still working\n\n".getBytes(StandardCharsets.US_ASCII);

	/**
	 * Without the empty line: once an event had an id, OpenAI's Python client takes each
	 * empty line for the end of an event, and fails on one without data.
	 */
	private static final byte[] HEARTBEAT_AMONG_IDS = ": still working\n".getBytes(StandardCharsets.US_ASCII);

	private final CallerResponse response;

	private final ReentrantLock lock = new ReentrantLock();

	private boolean dirty;

	private boolean closed;

	/** Whether an event so far had an id of its own. */
	private boolean ids;

	private final boolean goesOn;

	private volatile boolean gone;

	/**
	 * A stream at its start.
	 * @param goesOn whether the answer is read to its end although nobody takes it
	 */
	public ClientStream(CallerResponse response, boolean goesOn) {
		this.response = response;
		this.goesOn = goesOn;
	}

	/** Work to be done while no heartbeat can come between. */
	public interface Work {

		void run() throws IOException;

	}

	/** Does something that writes events, then sends them off. */
	public void send(Work work) throws IOException {
		this.lock.lock();
		try {
			work.run();
			if (this.dirty) {
				this.dirty = false;
				flush();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Writes bytes; within {@link #send} only. */
	public void write(byte[] bytes, int from, int length) throws ClientGoneException {
		if (this.gone) {
			return;
		}
		try {
			this.ids = this.ids || hasId(bytes, from, from + length);
			this.response.body().write(bytes, from, length);
			this.dirty = true;
		}
		catch (IOException ex) {
			gone(ex);
		}
	}

	private static boolean hasId(byte[] bytes, int from, int to) {
		for (int at = from; at + 2 < to; at++) {
			if (bytes[at] == 'i' && bytes[at + 1] == 'd' && bytes[at + 2] == ':'
					&& (at == from || bytes[at - 1] == '\n' || bytes[at - 1] == '\r')) {
				return true;
			}
		}
		return false;
	}

	private void flush() throws ClientGoneException {
		try {
			this.response.flush();
		}
		catch (IOException ex) {
			gone(ex);
		}
	}

	/**
	 * Sends a comment unless an event is just being sent.
	 * @return whether the caller is still there, as far as one can tell
	 */
	boolean heartbeat() {
		if (!this.lock.tryLock()) {
			return true;
		}
		try {
			if (!this.closed && !this.gone && this.response.isCommitted()) {
				byte[] comment = this.ids ? HEARTBEAT_AMONG_IDS : HEARTBEAT;
				write(comment, 0, comment.length);
				this.dirty = false;
				flush();
			}
			return true;
		}
		catch (ClientGoneException ex) {
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** No heartbeat comes after this: the response is closed by whoever made it. */
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether a write found the caller gone. */
	public boolean isGone() {
		return this.gone;
	}

	private void gone(IOException cause) throws ClientGoneException {
		this.gone = true;
		this.dirty = false;
		if (!this.goesOn) {
			throw new ClientGoneException(cause);
		}
	}

}
