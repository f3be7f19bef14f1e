package dev.tallygate.gateway.http;

import dev.tallygate.gateway.provider.Watch;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * The connections whose calls are answered straight from their sockets.
 */
final class DirectCalls {

	/** How long answers that are nearly out are waited for when the server stops. */
	private static final Duration LAST_BYTES = Duration.ofSeconds(2);

	private static final long POLL_NANOS = 5_000_000L;

	private final ThreadFactory threads = Thread.ofVirtual()
		.name("caller")
		.inheritInheritableThreadLocals(false)
		.factory();

	private final Set<DirectConnection> connections = ConcurrentHashMap.newKeySet();

	private final CallersEndpoint endpoint;

	private final CallServer server;

	private final Watch watch;

	private final Limits limits;

	/**
	 * No connections yet.
	 * @param endpoint has accepted them, and takes those that are not for here
	 * @param server answers the calls
	 * @param watch looks at their deadlines
	 */
	DirectCalls(CallersEndpoint endpoint, CallServer server, Watch watch, Limits limits) {
		this.endpoint = endpoint;
		this.server = server;
		this.watch = watch;
		this.limits = limits;
	}

	/** How many there are. */
	int connections() {
		return this.connections.size();
	}

	/** Serves a connection from now on. */
	void accept(SocketChannel channel) {
		DirectConnection connection = new DirectConnection(this, channel);
		this.connections.add(connection);
		this.watch.add(connection);
		start(connection);
	}

	/**
	 * A thread for each request and not for each connection: the stack of a virtual
	 * thread that has become old costs more to park.
	 */
	void start(DirectConnection connection) {
		this.threads.newThread(connection::serveNext).start();
	}

	/** Whether a path is for here; nothing is, once the server is about to stop. */
	boolean serves(String path) {
		return this.server.serves(path) && !isStopping();
	}

	CallServer server() {
		return this.server;
	}

	boolean isStopping() {
		return this.endpoint.isPaused();
	}

	long now() {
		return this.watch.now();
	}

	Limits limits() {
		return this.limits;
	}

	/** The container serves it from now on. */
	void handOver(DirectConnection connection, SocketChannel channel, ByteBuffer read) {
		forget(connection);
		this.endpoint.take(channel, read);
	}

	void closed(DirectConnection connection, SocketChannel channel) {
		forget(connection);
		this.endpoint.closed(channel);
	}

	private void forget(DirectConnection connection) {
		this.watch.remove(connection);
		this.connections.remove(connection);
	}

	/** Lets answers that are nearly out go out, and closes all. */
	void stop() {
		long end = System.nanoTime() + LAST_BYTES.toNanos();
		while (this.connections.stream().anyMatch(DirectConnection::isBusy) && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(POLL_NANOS);
		}
		this.connections.forEach(DirectConnection::close);
	}

	/**
	 * What a caller may do.
	 *
	 * @param timeoutNanos for a head, between two reads of a body, for all of a body that
	 * nobody reads, and for a caller who takes nothing
	 * @param keepAliveNanos how long the next request is waited for
	 * @param mostHead as long as a head may be to be read here, in bytes
	 * @param mostSkipped of a body that nobody reads, in bytes
	 */
	record Limits(long timeoutNanos, long keepAliveNanos, int mostHead, long mostSkipped) {

	}

}
