package dev.tallygate.gateway.provider;

import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.provider.UpstreamException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * One request to a provider and its answer, on a connection of its own. Everything but
 * {@link #abort} is for one thread.
 */
public final class UpstreamCall implements AutoCloseable, Watch.Watched {

	private static final long NO_DEADLINE = Long.MAX_VALUE;

	private static final AtomicLongFieldUpdater<UpstreamCall> DEADLINE = AtomicLongFieldUpdater
		.newUpdater(UpstreamCall.class, "deadline");

	/** How soon a kept connection shows that it was closed already. */
	private static final long SHOWS_SOON_NANOS = TimeUnit.SECONDS.toNanos(5);

	/** A body that may fill what the network takes before anybody reads it, in bytes. */
	private static final int LARGE = 64 * 1024;

	/** How long an answer is waited for once the request could not be sent. */
	private static final Duration LAST_WORDS = Duration.ofSeconds(2);

	private final UpstreamClient client;

	private final UpstreamClient.Pool pool;

	private volatile UpstreamConnection connection;

	private final UpstreamProperties properties;

	private final Watch watch;

	private final long totalDeadline;

	private volatile long deadline = NO_DEADLINE;

	private volatile boolean timedOut;

	private volatile boolean aborted;

	private @Nullable ClassicHttpRequest request;

	private @Nullable ClassicHttpResponse response;

	private @Nullable InputStream content;

	private boolean whole;

	private boolean streamed = true;

	private boolean begun;

	private long wholeDeadline;

	private boolean unsent;

	/** Whether a large body is on its way, whose answer may come before its end. */
	private volatile boolean sending;

	private final ReentrantLock lock = new ReentrantLock();

	private boolean closed;

	UpstreamCall(UpstreamClient client, UpstreamClient.Pool pool, UpstreamConnection connection,
			UpstreamProperties properties, Duration total, Watch watch) {
		this.client = client;
		this.pool = pool;
		this.connection = connection;
		this.properties = properties;
		this.watch = watch;
		this.totalDeadline = watch.now() + total.toNanos();
		watch.add(this);
	}

	/**
	 * Sends a request and waits for the head of the answer.
	 * @return the answer's status
	 * @throws UpstreamException when none comes
	 */
	public int exchange(UpstreamRequest what) throws UpstreamException {
		this.streamed = what.streamed();
		begin();
		try {
			ClassicHttpResponse answer = exchangeOnceOrTwice(what);
			this.response = answer;
			this.connection.http().receiveResponseEntity(answer);
			HttpEntity entity = answer.getEntity();
			this.content = (entity != null) ? entity.getContent() : InputStream.nullInputStream();
			pause();
			return answer.getCode();
		}
		catch (HttpException ex) {
			throw new UpstreamException(Kind.GARBAGE, "the provider's answer is no HTTP", ex);
		}
		catch (UpstreamException ex) {
			throw ex;
		}
		catch (IOException | IllegalArgumentException ex) {
			throw failure(ex);
		}
	}

	/**
	 * A kept connection that ends before the first byte was closed by the other side
	 * before it saw the request: once more on one that is new.
	 */
	private ClassicHttpResponse exchangeOnceOrTwice(UpstreamRequest what) throws HttpException, IOException {
		long sentAt = System.nanoTime();
		long received = received();
		try {
			return exchangeOnce(what);
		}
		catch (IOException ex) {
			boolean closedBefore = this.connection.reused() && received() == received
					&& System.nanoTime() - sentAt < SHOWS_SOON_NANOS;
			if (!closedBefore || this.timedOut || this.aborted) {
				throw ex;
			}
			renew();
			return exchangeOnce(what);
		}
	}

	private long received() {
		return this.connection.http().getEndpointDetails().getReceivedBytesCount();
	}

	private void renew() throws UpstreamException {
		this.connection.abort();
		UpstreamConnection fresh = this.client.connect(this.connection.origin());
		this.unsent = false;
		this.connection = fresh;
		begin();
		if (this.aborted || this.timedOut) {
			fresh.abort();
		}
	}

	private ClassicHttpResponse exchangeOnce(UpstreamRequest what) throws HttpException, IOException {
		DefaultBHttpClientConnection http = this.connection.http();
		ClassicHttpRequest message = message(what);
		this.request = message;
		send(http, message, what.body() != null && what.body().length() > LARGE);
		letOthersRun();
		return receiveHead(http);
	}

	/**
	 * A read that finds nothing costs two system calls and a wake-up, and there is
	 * nothing yet: the provider has only just been asked. Others have something to do
	 * meanwhile.
	 */
	@SuppressWarnings("ThreadPriorityCheck") // nothing depends on it
	private static void letOthersRun() {
		if (Thread.currentThread().isVirtual()) {
			Thread.yield();
		}
	}

	/**
	 * A provider may refuse an upload before it has read it, and then read no more, or
	 * hang up: what it said is read all the same.
	 */
	private void send(DefaultBHttpClientConnection http, ClassicHttpRequest message, boolean large)
			throws HttpException, IOException {
		try {
			this.sending = large;
			http.sendRequestHeader(message);
			http.sendRequestEntity(message);
			http.flush();
		}
		catch (IOException ex) {
			if (!large || this.timedOut || this.aborted) {
				throw ex;
			}
			this.unsent = true;
			allow(LAST_WORDS);
		}
		finally {
			this.sending = false;
		}
	}

	private static ClassicHttpResponse receiveHead(DefaultBHttpClientConnection http)
			throws HttpException, IOException {
		ClassicHttpResponse answer = http.receiveResponseHeader();
		while (answer.getCode() < 200) {
			answer = http.receiveResponseHeader();
		}
		return answer;
	}

	private ClassicHttpRequest message(UpstreamRequest what) {
		BasicClassicHttpRequest message = new BasicClassicHttpRequest(what.method(), what.path());
		message.addHeader("Host", this.connection.origin().authority());
		what.headers().forEach((field) -> message.addHeader(field.name(), field.value()));
		this.client.trace(message);
		SplicedBody body = what.body();
		if (body != null) {
			message.addHeader("Content-Length", Integer.toString(body.length()));
			message.setEntity(new Entity(body));
		}
		return message;
	}

	/**
	 * The first header of this name in the answer, or null.
	 */
	public @Nullable String header(String name) {
		ClassicHttpResponse answer = this.response;
		Header header = (answer != null) ? answer.getFirstHeader(name) : null;
		return (header != null) ? header.getValue() : null;
	}

	/** Hands on every header of the answer, in order. */
	public void headers(BiConsumer<String, String> each) {
		ClassicHttpResponse answer = this.response;
		if (answer != null) {
			answer.headerIterator().forEachRemaining((header) -> each.accept(header.getName(), header.getValue()));
		}
	}

	/**
	 * Reads what is there of the answer, waiting for the first byte.
	 * @return how many bytes, or -1 at the end of the answer
	 */
	public int read(byte[] buffer, int from, int length) throws UpstreamException {
		InputStream in = this.content;
		if (in == null) {
			throw new IllegalStateException("nothing was asked for");
		}
		try {
			if (this.streamed || this.begun) {
				allow(this.properties.idleTimeout());
			}
			int count = in.read(buffer, from, length);
			this.begun = true;
			pause();
			this.whole = count < 0;
			return count;
		}
		catch (IOException | IllegalArgumentException ex) {
			throw failure(ex);
		}
	}

	private void begin() {
		this.wholeDeadline = this.watch.now() + this.properties.wholeTimeout().toNanos();
		allow(this.streamed ? this.properties.firstByteTimeout() : this.properties.wholeTimeout());
	}

	/**
	 * A stream has no deadline but while it is read; a whole answer that of its end, and
	 * that of a read once it has begun.
	 */
	private void pause() {
		this.deadline = this.streamed ? NO_DEADLINE : this.wholeDeadline;
	}

	private void allow(Duration time) {
		long due = this.watch.now() + time.toNanos();
		this.deadline = (!this.streamed && due - this.wholeDeadline > 0) ? this.wholeDeadline : due;
	}

	private UpstreamException failure(Exception ex) {
		if (this.timedOut) {
			return new UpstreamException(Kind.TIMEOUT, "the provider took too long", ex);
		}
		if (this.aborted) {
			return new UpstreamException(Kind.ABORTED, "the call was ended", ex);
		}
		return new UpstreamException(Kind.BROKEN, "the connection to the provider broke", ex);
	}

	@Override
	public void check(long nanos) {
		long due = this.deadline;
		if ((due != NO_DEADLINE && nanos - due > 0) || nanos - this.totalDeadline > 0) {
			this.timedOut = true;
			abortUnlessClosed();
		}
		else if (this.sending && this.connection.hasAnswer()) {
			this.sending = false;
			this.connection.stopSending();
		}
	}

	/** What was there to be read meanwhile could not be read. */
	@Override
	public void delayed(long nanos) {
		long due = this.deadline;
		if (due != NO_DEADLINE) {
			DEADLINE.compareAndSet(this, due, due + nanos);
		}
	}

	/** Keeps the request no longer; it is not sent again. */
	public void letGo() {
		ClassicHttpRequest sent = this.request;
		if (sent != null) {
			sent.setEntity(null);
		}
	}

	/** Ends the call at once, whatever its own thread is doing; from any thread. */
	public void abort() {
		this.aborted = true;
		abortUnlessClosed();
	}

	/** A closed call's connection may be another call's already. */
	private void abortUnlessClosed() {
		this.lock.lock();
		try {
			if (!this.closed) {
				this.connection.abort();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Gives the connection back; one whose answer was not read to its end is closed. */
	@Override
	public void close() {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		this.watch.remove(this);
		this.pool.giveBack(this.connection, isReusable());
	}

	private boolean isReusable() {
		return this.whole && !this.unsent && !this.aborted && !this.timedOut && this.request != null
				&& this.response != null
				&& DefaultConnectionReuseStrategy.INSTANCE.keepAlive(this.request, this.response, null);
	}

	/** A body as HttpCore wants it. */
	private static final class Entity extends AbstractHttpEntity {

		private final SplicedBody body;

		Entity(SplicedBody body) {
			super((String) null, null, false);
			this.body = body;
		}

		@Override
		public void writeTo(OutputStream out) throws IOException {
			this.body.writeTo(out);
		}

		@Override
		public InputStream getContent() {
			throw new UnsupportedOperationException("only written");
		}

		@Override
		public boolean isStreaming() {
			return false;
		}

		@Override
		public long getContentLength() {
			return this.body.length();
		}

		@Override
		public boolean isRepeatable() {
			return true;
		}

		@Override
		public void close() {
			// nothing is open
		}

	}

}
