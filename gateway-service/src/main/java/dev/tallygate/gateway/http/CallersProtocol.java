package dev.tallygate.gateway.http;

import dev.tallygate.gateway.provider.Watch;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.coyote.http11.Http11NioProtocol;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with callers, of whom thousands may be open who take nothing for a while. The
 * container makes it by name.
 */
public final class CallersProtocol extends Http11NioProtocol {

	/**
	 * What is written of an answer before it goes on to the connection, in bytes; the
	 * container has as many characters beside it. What is longer goes past it.
	 */
	private static final int ANSWER_BUFFER = 2 * 1024;

	/** A longer head is left to the container, in bytes. */
	private static final int MOST_HEAD = 8 * 1024;

	private static final Duration FOR_EVER = Duration.ofDays(365);

	private final CallersEndpoint endpoint;

	private @Nullable Supplier<CallServer> server;

	private @Nullable Watch watch;

	/** By the container. */
	public CallersProtocol() {
		this(new CallersEndpoint());
	}

	private CallersProtocol(CallersEndpoint endpoint) {
		super(endpoint);
		this.endpoint = endpoint;
	}

	/**
	 * Has calls answered straight from their sockets.
	 * @param server answers them; asked for once, when the container starts
	 * @param watch looks at deadlines
	 */
	public void direct(Supplier<CallServer> server, Watch watch) {
		this.server = server;
		this.watch = watch;
	}

	/** How many connections are served straight from their sockets now. */
	public int directConnections() {
		return this.endpoint.directConnections();
	}

	/** Its limits hold for all connections, so they are looked at when all are set. */
	@Override
	public void start() throws Exception {
		if (this.server != null && this.watch != null) {
			long skipped = getMaxSwallowSize();
			this.endpoint.direct(new DirectCalls(this.endpoint, this.server.get(), this.watch,
					new DirectCalls.Limits(nanos(getConnectionTimeout()), nanos(getKeepAliveTimeout()),
							Math.min(MOST_HEAD, getMaxHttpRequestHeaderSize()),
							(skipped < 0) ? Long.MAX_VALUE : skipped)));
		}
		super.start();
	}

	/** The container takes none for no limit. */
	private static long nanos(int millis) {
		return ((millis <= 0) ? FOR_EVER : Duration.ofMillis(millis)).toNanos();
	}

	@Override
	public int getDesiredBufferSize() {
		return ANSWER_BUFFER;
	}

}
