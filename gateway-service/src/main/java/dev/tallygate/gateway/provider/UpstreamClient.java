package dev.tallygate.gateway.provider;

import dev.tallygate.gateway.provider.UpstreamException.Kind;
import dev.tallygate.security.trace.Tracing;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.config.Http1Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocking HTTP/1.1 to providers over kept connections. HttpCore 5 reads and writes the
 * messages; the pool and the deadlines are our own, because those of HttpClient 5 cost
 * more than the whole rest (see docs/decisions). It follows no redirect, keeps no cookie
 * and asks for no compression.
 */
public final class UpstreamClient implements AutoCloseable, Watch.Watched {

	private static final Logger logger = LoggerFactory.getLogger(UpstreamClient.class);

	/** Each way, for as long as a call takes; a longer read or write goes past it. */
	private static final int BUFFER_SIZE = 2 * 1024;

	private static final int MAX_HEADERS = 200;

	private static final int KEEP_ALIVE_IDLE_SECONDS = 30;

	private static final int KEEP_ALIVE_INTERVAL_SECONDS = 10;

	private static final int KEEP_ALIVE_COUNT = 3;

	private final UpstreamProperties properties;

	private final Watch watch;

	private final Http1Config http;

	private final SSLSocketFactory tls;

	private final Addresses addresses;

	private final Map<Origin, Pool> pools = new ConcurrentHashMap<>();

	private final Tracing tracing;

	private final MissingSockets missing = new MissingSockets();

	/**
	 * A client without connections.
	 */
	public UpstreamClient(UpstreamProperties properties, Watch watch, SSLSocketFactory tls) {
		this(properties, watch, tls, Tracing.off());
	}

	/**
	 * A client that lets providers join the trace of a call.
	 */
	public UpstreamClient(UpstreamProperties properties, Watch watch, SSLSocketFactory tls, Tracing tracing) {
		this(properties, watch, tls, tracing, InetAddress::getAllByName);
	}

	UpstreamClient(UpstreamProperties properties, Watch watch, SSLSocketFactory tls, Tracing tracing,
			Addresses.Lookup lookup) {
		this.tracing = tracing;
		this.addresses = new Addresses(lookup);
		this.properties = properties;
		this.watch = watch;
		this.tls = tls;
		this.http = Http1Config.custom()
			.setBufferSize(BUFFER_SIZE)
			.setMaxLineLength((int) properties.maxHead().toBytes())
			.setMaxHeaderCount(MAX_HEADERS)
			.build();
		SocketWaits.open();
		watch.add(this);
	}

	/**
	 * Takes an idle connection to an origin, or makes one.
	 * @throws UpstreamException when there is none to be had; nothing was sent
	 */
	public UpstreamCall open(Origin origin) throws UpstreamException {
		return open(origin, this.properties.totalTimeout());
	}

	/**
	 * A call whose answer must be whole within {@code total}, from when it is connected.
	 */
	public UpstreamCall open(Origin origin, Duration total) throws UpstreamException {
		Pool pool = this.pools.computeIfAbsent(origin, (key) -> new Pool());
		if (pool.open.incrementAndGet() > this.properties.maxConnections()) {
			pool.open.decrementAndGet();
			throw new UpstreamException(Kind.TOO_MANY_CONNECTIONS, "all connections to the provider are in use", null);
		}
		UpstreamConnection kept = pool.takeIdle();
		boolean opened = false;
		try {
			UpstreamConnection connection = (kept != null) ? kept : connect(origin);
			opened = true;
			return new UpstreamCall(this, pool, connection, this.properties, total, this.watch);
		}
		finally {
			if (!opened) {
				pool.open.decrementAndGet();
			}
		}
	}

	/**
	 * A new connection to an origin. Each address gets an equal share of the time that is
	 * left, so that one that is dead does not use up that of the others.
	 */
	UpstreamConnection connect(Origin origin) throws UpstreamException {
		long deadline = System.nanoTime() + this.properties.connectTimeout().toNanos();
		IOException last = new UnknownHostException("no address");
		boolean ours = false;
		boolean theirs = false;
		try {
			InetAddress[] addresses = this.addresses.of(origin.host(), this.properties.connectTimeout());
			for (int i = 0; i < addresses.length; i++) {
				long share = (deadline - System.nanoTime()) / (addresses.length - i);
				try {
					return connect(origin, new InetSocketAddress(addresses[i], origin.port()),
							System.nanoTime() + share);
				}
				catch (IOException ex) {
					ours |= isOurs(ex);
					theirs |= !isOurs(ex) && !isOutOfReach(ex);
					last = (ours && !isOurs(ex)) ? last : ex;
				}
			}
		}
		catch (UnknownHostException ex) {
			// The resolver needs a file too, and does not say that it found none.
			ours = !findsSocket();
			last = ex;
		}
		if (ours && !theirs) {
			this.missing.tell(origin, last);
			throw new UpstreamException(Kind.NO_SOCKET, "no connection to the provider", last);
		}
		throw new UpstreamException(Kind.CONNECT, "no connection to the provider", last);
	}

	/** How often this machine had no socket left for a connection. */
	long missingSockets() {
		return this.missing.count.sum();
	}

	/**
	 * Whether it is this machine that has no file or no port left, of which a provider
	 * must not be thought to be down.
	 */
	private static boolean isOurs(IOException ex) {
		return ex instanceof NoSocketException || ex instanceof BindException
				|| String.valueOf(ex.getMessage()).startsWith("No buffer space");
	}

	/**
	 * Whether this machine has no way to an address at all, as to those of IPv6 in many a
	 * container: that the others failed for want of a port is still so.
	 */
	private static boolean isOutOfReach(IOException ex) {
		return ex instanceof NoRouteToHostException || ex.getClass() == SocketException.class;
	}

	/** What the system says of it is in the language of the machine. */
	private static SocketChannel socket() throws NoSocketException {
		try {
			return SocketChannel.open();
		}
		catch (IOException ex) {
			throw new NoSocketException(ex);
		}
	}

	private static boolean findsSocket() {
		try {
			socket().close();
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	// The sockets belong to the connection once it is bound to them, and are closed here
	// whenever they are not.
	@SuppressWarnings("resource")
	private UpstreamConnection connect(Origin origin, InetSocketAddress address, long deadline) throws IOException {
		SocketChannel channel = socket();
		Socket socket = channel.socket();
		boolean connected = false;
		try {
			socket.setTcpNoDelay(true);
			socket.setKeepAlive(true);
			tuneKeepAlive(socket);
			socket.connect(address, millisUntil(deadline));
			UpstreamConnection connection = new UpstreamConnection(this.http, origin, channel);
			if (origin.secure()) {
				connection.bindSecure(secured(origin, socket, deadline));
			}
			else {
				connection.bindPlain();
			}
			connected = true;
			return connection;
		}
		finally {
			if (!connected) {
				channel.close();
			}
		}
	}

	private static void tuneKeepAlive(Socket socket) throws IOException {
		if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
			socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
			socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_SECONDS);
			socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_COUNT);
		}
		socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
	}

	private SSLSocket secured(Origin origin, Socket socket, long deadline) throws IOException {
		SSLSocket secured = (SSLSocket) this.tls.createSocket(socket, origin.host(), origin.port(), true);
		SSLParameters parameters = secured.getSSLParameters();
		parameters.setEndpointIdentificationAlgorithm("HTTPS");
		secured.setSSLParameters(parameters);
		socket.setSoTimeout(millisUntil(deadline));
		secured.startHandshake();
		socket.setSoTimeout(0);
		return secured;
	}

	private static int millisUntil(long deadline) {
		return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
	}

	/** Lets the provider join the trace that the current thread is in. */
	void trace(ClassicHttpRequest message) {
		if (!this.tracing.isOff()) {
			this.tracing.current().inject(message::setHeader);
		}
	}

	@Override
	public void check(long nanos) {
		this.pools.values().forEach((pool) -> pool.evict(nanos - this.properties.keepAlive().toNanos()));
	}

	@Override
	public void close() {
		this.watch.remove(this);
		this.pools.values().forEach(Pool::evictAll);
	}

	/** This machine has no file or buffer left for one more connection. */
	private static final class NoSocketException extends IOException {

		private static final long serialVersionUID = 1L;

		NoSocketException(IOException cause) {
			super("no socket", cause);
		}

	}

	/** Counted each time, logged once in a while. */
	private static final class MissingSockets {

		private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

		private final LongAdder count = new LongAdder();

		private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - SILENCE_NANOS);

		void tell(Origin origin, IOException why) {
			this.count.increment();
			long now = System.nanoTime();
			long before = this.loggedAt.get();
			if (now - before >= SILENCE_NANOS && this.loggedAt.compareAndSet(before, now)) {
				Throwable cause = (why instanceof NoSocketException && why.getCause() != null) ? why.getCause() : why;
				logger.warn("No connection to {}: this machine has no file, port or buffer left for one ({}). "
						+ "Calls are told to come again", origin.host(), cause.getMessage());
			}
		}

	}

	/** The connections to one origin. */
	static final class Pool {

		private final AtomicInteger open = new AtomicInteger();

		private final Deque<UpstreamConnection> idle = new ArrayDeque<>();

		private final ReentrantLock lock = new ReentrantLock();

		/** The one used last, because it is the least likely to be closed already. */
		private @Nullable UpstreamConnection takeIdle() {
			while (true) {
				UpstreamConnection connection;
				this.lock.lock();
				try {
					connection = this.idle.pollFirst();
				}
				finally {
					this.lock.unlock();
				}
				if (connection == null || connection.isUsable()) {
					return connection;
				}
				connection.abort();
			}
		}

		void giveBack(UpstreamConnection connection, boolean reusable) {
			if (reusable) {
				connection.idleSince(System.nanoTime());
				this.lock.lock();
				try {
					this.idle.addFirst(connection);
				}
				finally {
					this.lock.unlock();
				}
			}
			else {
				connection.abort();
			}
			this.open.decrementAndGet();
		}

		private void evict(long idleBefore) {
			this.lock.lock();
			try {
				UpstreamConnection oldest = this.idle.peekLast();
				while (oldest != null && oldest.idleSince() - idleBefore < 0) {
					this.idle.pollLast();
					oldest.abort();
					oldest = this.idle.peekLast();
				}
			}
			finally {
				this.lock.unlock();
			}
		}

		private void evictAll() {
			this.lock.lock();
			try {
				this.idle.forEach(UpstreamConnection::abort);
				this.idle.clear();
			}
			finally {
				this.lock.unlock();
			}
		}

	}

}
