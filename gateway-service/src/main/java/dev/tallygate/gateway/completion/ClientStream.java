package dev.tallygate.gateway.completion;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The caller's side of a stream. Whole events only; heartbeats may come from another
 * thread between them.
 */
final class ClientStream {

	private static final byte[] HEARTBEAT = ": still working\n\n".getBytes(StandardCharsets.US_ASCII);

	private final HttpServletResponse response;

	private final ReentrantLock lock = new ReentrantLock();

	private boolean dirty;

	private boolean closed;

	private volatile boolean gone;

	ClientStream(HttpServletResponse response) {
		this.response = response;
	}

	/** Work to be done while no heartbeat can come between. */
	interface Work {

		void run() throws IOException;

	}

	/** Does something that writes events, then sends them off. */
	void send(Work work) throws IOException {
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
	void write(byte[] bytes, int from, int length) throws ClientGoneException {
		try {
			out().write(bytes, from, length);
			this.dirty = true;
		}
		catch (IOException ex) {
			throw gone(ex);
		}
	}

	private void flush() throws ClientGoneException {
		try {
			out().flush();
		}
		catch (IOException ex) {
			throw gone(ex);
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
			if (!this.closed && this.response.isCommitted()) {
				write(HEARTBEAT, 0, HEARTBEAT.length);
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

	/** No heartbeat comes after this: the response is the container's again. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether a write found the caller gone. */
	boolean isGone() {
		return this.gone;
	}

	private ServletOutputStream out() throws IOException {
		return this.response.getOutputStream();
	}

	private ClientGoneException gone(IOException cause) {
		this.gone = true;
		return new ClientGoneException(cause);
	}

}
