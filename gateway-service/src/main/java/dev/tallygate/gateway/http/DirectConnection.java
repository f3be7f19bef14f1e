package dev.tallygate.gateway.http;

import dev.tallygate.gateway.provider.Watch;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A caller's connection whose plain requests are answered right here, each on a virtual
 * thread of its own that waits for it, reads it, and starts the next. With the first
 * request that is anything else the connection becomes the container's, with every byte
 * of it.
 */
final class DirectConnection implements Watch.Watched {

	/** What is read or thrown away at once, in bytes. */
	static final int MOST_AT_ONCE = 8 * 1024;

	private static final Logger logger = LoggerFactory.getLogger(DirectConnection.class);

	private static final int FIRST_SIZE = 2 * 1024;

	/**
	 * With each write the JDK copies all that it is given out of the heap, however little
	 * of it the system takes.
	 */
	private static final int MOST_WRITTEN = 64 * 1024;

	private static final int NONE_CAME = -1;

	private static final int NOT_PLAIN = -2;

	private static final int MORE = 0;

	private static final long NO_DEADLINE = Long.MAX_VALUE;

	private static final byte[] NOTHING = {};

	private static final AtomicLongFieldUpdater<DirectConnection> DEADLINE = AtomicLongFieldUpdater
		.newUpdater(DirectConnection.class, "deadline");

	private final DirectCalls calls;

	private final SocketChannel channel;

	private final AtomicBoolean ended = new AtomicBoolean();

	/** What was read and not yet used, between {@link #from} and {@link #to}. */
	private byte[] bytes = NOTHING;

	private int from;

	private int to;

	private boolean kept;

	private volatile long deadline = NO_DEADLINE;

	/** Whether a body is waited for, after which there is still something to say. */
	private volatile boolean readingBody;

	private volatile boolean late;

	private volatile boolean busy;

	DirectConnection(DirectCalls calls, SocketChannel channel) {
		this.calls = calls;
		this.channel = channel;
	}

	/** Waits for a request, answers it and has the next one waited for. */
	void serveNext() {
		try {
			int end = readHead();
			if (end == NONE_CAME) {
				close();
				return;
			}
			RequestHead head = (end != NOT_PLAIN) ? RequestHead.of(this.bytes, this.from, end) : null;
			if (head == null || !this.calls.serves(head.path())) {
				handOver();
				return;
			}
			this.from = end;
			letGo();
			if (answer(head)) {
				this.kept = true;
				this.calls.start(this);
			}
			else {
				close();
			}
		}
		catch (IOException ex) {
			close();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A call could not be served", ex);
			close();
		}
	}

	/**
	 * Reads on until a head is there.
	 * @return where it ends, or what there is instead
	 */
	private int readHead() throws IOException {
		boolean idle = this.to == this.from;
		allow((idle && this.kept) ? this.calls.limits().keepAliveNanos() : this.calls.limits().timeoutNanos());
		int searched = this.from;
		while (true) {
			int end = endOfHead(searched);
			if (end != MORE) {
				this.deadline = NO_DEADLINE;
				return end;
			}
			makeRoom();
			searched = this.to;
			int count = this.channel.read(ByteBuffer.wrap(this.bytes, this.to, this.bytes.length - this.to));
			if (count < 0) {
				return NONE_CAME;
			}
			this.to += count;
			if (idle) {
				idle = false;
				allow(this.calls.limits().timeoutNanos());
			}
		}
	}

	/** Where the empty line ends, if it has come, and if the head can still be plain. */
	private int endOfHead(int searched) {
		if (!RequestHead.begins(this.bytes, this.from, this.to)) {
			return NOT_PLAIN;
		}
		for (int at = searched; at < this.to; at++) {
			if (this.bytes[at] == '\n') {
				if (at == this.from || this.bytes[at - 1] != '\r') {
					return NOT_PLAIN;
				}
				if (at - this.from >= 3 && this.bytes[at - 2] == '\n') {
					return at + 1;
				}
			}
		}
		return (this.to - this.from < this.calls.limits().mostHead()) ? MORE : NOT_PLAIN;
	}

	/**
	 * Makes room for more. A head keeps the bytes that it was read from, so each request
	 * has its own.
	 */
	private void makeRoom() {
		int length = this.to - this.from;
		if (this.from > 0 || this.to == this.bytes.length) {
			byte[] larger = new byte[Math.max(FIRST_SIZE, Math.min(this.calls.limits().mostHead(), 2 * length))];
			System.arraycopy(this.bytes, this.from, larger, 0, length);
			this.bytes = larger;
			this.from = 0;
			this.to = length;
		}
	}

	/**
	 * Answers a request.
	 * @return whether another one may come
	 */
	private boolean answer(RequestHead head) throws IOException {
		this.busy = true;
		try {
			DirectRequest request = new DirectRequest(head, this);
			DirectResponse response = new DirectResponse(this, head.closes(), head.keepsAlive());
			this.calls.server().serve(request, response);
			response.finish();
			return skipRest(request) && !response.closes() && !isLast();
		}
		finally {
			this.busy = false;
		}
	}

	/** What nobody reads may not come for ever. */
	private boolean skipRest(DirectRequest request) throws IOException {
		long end = this.calls.now() + this.calls.limits().timeoutNanos();
		return request.skipRest(this.calls.limits().mostSkipped(), () -> this.calls.now() - end < 0);
	}

	/**
	 * Reads of a body.
	 * @throws SocketTimeoutException when nothing comes for too long
	 */
	int readBody(byte[] into, int at, int length) throws IOException {
		int there = this.to - this.from;
		if (there > 0) {
			int count = Math.min(there, length);
			System.arraycopy(this.bytes, this.from, into, at, count);
			this.from += count;
			letGo();
			return count;
		}
		int count = waitForBody(ByteBuffer.wrap(into, at, length));
		if (this.late) {
			throw new SocketTimeoutException("nothing came");
		}
		return count;
	}

	private int waitForBody(ByteBuffer into) throws IOException {
		this.readingBody = true;
		allow(this.calls.limits().timeoutNanos());
		try {
			return this.channel.read(into);
		}
		finally {
			this.deadline = NO_DEADLINE;
			this.readingBody = false;
		}
	}

	/** A call that runs for minutes needs no room for the next one. */
	private void letGo() {
		if (this.from == this.to) {
			this.bytes = NOTHING;
			this.from = 0;
			this.to = 0;
		}
	}

	/**
	 * Writes all of this.
	 * @throws IOException when the caller is gone or takes nothing for too long
	 */
	void write(ByteBuffer all) throws IOException {
		int end = all.limit();
		try {
			while (all.position() < end) {
				all.limit(Math.min(end, all.position() + MOST_WRITTEN));
				allow(this.calls.limits().timeoutNanos());
				this.channel.write(all);
			}
		}
		finally {
			this.deadline = NO_DEADLINE;
		}
	}

	/** Writes a head and what follows it, at once if it can be. */
	void write(ByteBuffer head, ByteBuffer rest) throws IOException {
		int end = rest.limit();
		rest.limit(Math.min(end, rest.position() + MOST_WRITTEN));
		allow(this.calls.limits().timeoutNanos());
		try {
			this.channel.write(new ByteBuffer[] { head, rest });
		}
		finally {
			this.deadline = NO_DEADLINE;
		}
		write(head);
		write(rest.limit(end));
	}

	long keepAliveSeconds() {
		return this.calls.limits().keepAliveNanos() / 1_000_000_000L;
	}

	/** Whether no other request is read here, whatever its caller wishes. */
	boolean isLast() {
		return this.late || this.calls.isStopping();
	}

	/** Whether a request is being answered. */
	boolean isBusy() {
		return this.busy;
	}

	private void allow(long nanos) {
		this.deadline = this.calls.now() + nanos;
	}

	@Override
	public void check(long nanos) {
		long due = this.deadline;
		if (due == NO_DEADLINE || nanos - due <= 0) {
			return;
		}
		this.deadline = NO_DEADLINE;
		this.late = true;
		try {
			if (this.readingBody) {
				this.channel.shutdownInput();
			}
			else {
				this.channel.close();
			}
		}
		catch (IOException ex) {
			// it is closed as far as we are concerned
		}
	}

	/** What came meanwhile could not be read. */
	@Override
	public void delayed(long nanos) {
		long due = this.deadline;
		if (due != NO_DEADLINE) {
			DEADLINE.compareAndSet(this, due, due + nanos);
		}
	}

	private void handOver() {
		if (this.ended.compareAndSet(false, true)) {
			this.calls.handOver(this, this.channel, ByteBuffer.wrap(this.bytes, this.from, this.to - this.from));
		}
	}

	/** Closes it, whatever its own thread is doing; from any thread. */
	void close() {
		if (this.ended.compareAndSet(false, true)) {
			this.calls.closed(this, this.channel);
		}
	}

}
