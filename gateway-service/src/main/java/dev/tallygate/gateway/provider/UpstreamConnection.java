package dev.tallygate.gateway.provider;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;

/**
 * One connection to a provider.
 */
final class UpstreamConnection {

	/** Idle for less than this, a connection is taken to be alive. */
	private static final long TRUSTED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private final DefaultBHttpClientConnection http;

	private final Origin origin;

	private final Socket socket;

	private long idleSince;

	UpstreamConnection(Http1Config config, Origin origin, Socket socket) {
		this.http = new DefaultBHttpClientConnection(config);
		this.origin = origin;
		this.socket = socket;
	}

	void bindPlain() throws IOException {
		this.http.bind(this.socket);
	}

	void bindSecure(SSLSocket secured) throws IOException {
		this.http.bind(secured, this.socket);
	}

	DefaultBHttpClientConnection http() {
		return this.http;
	}

	Origin origin() {
		return this.origin;
	}

	long idleSince() {
		return this.idleSince;
	}

	void idleSince(long nanos) {
		this.idleSince = nanos;
	}

	/** Whether the other side has not hung up meanwhile, as far as one can tell. */
	boolean isUsable() {
		if (System.nanoTime() - this.idleSince < TRUSTED_NANOS) {
			return true;
		}
		try {
			return !this.http.isStale();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Closes the socket under the connection: whoever reads or writes wakes up at once.
	 * An orderly close would read the rest of the answer first.
	 */
	void abort() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			// it is closed as far as we are concerned
		}
	}

}
