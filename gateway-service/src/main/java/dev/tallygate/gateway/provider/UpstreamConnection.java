package dev.tallygate.gateway.provider;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;

/**
 * One connection to a provider.
 */
final class UpstreamConnection {

	private final DefaultBHttpClientConnection http;

	private final Origin origin;

	private final SocketChannel channel;

	private final Socket socket;

	private boolean reused;

	private long idleSince;

	UpstreamConnection(Http1Config config, Origin origin, SocketChannel channel) {
		this.http = new DefaultBHttpClientConnection(config);
		this.origin = origin;
		this.channel = channel;
		this.socket = channel.socket();
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

	/** Whether another call had it before. */
	boolean reused() {
		return this.reused;
	}

	/**
	 * Whether the other side has not hung up meanwhile. Looked at before every reuse,
	 * without waiting: a server may close with the last byte of an answer whose head
	 * promises to keep the connection. What lies there to be read belongs to no call, be
	 * it the end, an alert or a second answer.
	 */
	boolean isUsable() {
		this.reused = true;
		try {
			this.channel.configureBlocking(false);
			int count = this.channel.read(ByteBuffer.allocate(1));
			this.channel.configureBlocking(true);
			return count == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Whether the other side answers already, which only what is not encrypted tells.
	 */
	boolean hasAnswer() {
		try {
			return !this.origin.secure() && this.socket.getInputStream().available() > 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Whoever sends on this connection fails; what has come can still be read. */
	void stopSending() {
		try {
			this.channel.shutdownOutput();
		}
		catch (IOException ex) {
			// then nothing is sent any more either
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
