package dev.tallygate.gateway.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that does on each connection what a test says.
 */
final class StubProvider implements AutoCloseable {

	private final ServerSocket listener;

	private final AtomicInteger connections = new AtomicInteger();

	private final AtomicInteger requests = new AtomicInteger();

	StubProvider(Talk talk) throws IOException {
		this(talk, InetAddress.getLoopbackAddress(), 0);
	}

	StubProvider(Talk talk, InetAddress address, int port) throws IOException {
		this.listener = new ServerSocket(port, 50, address);
		Thread.ofVirtual().start(() -> serve(talk));
	}

	private void serve(Talk talk) {
		while (!this.listener.isClosed()) {
			try {
				Socket socket = this.listener.accept();
				this.connections.incrementAndGet();
				Thread.ofVirtual().start(() -> talk(talk, socket));
			}
			catch (IOException ex) {
				// the end
			}
		}
	}

	private void talk(Talk talk, Socket socket) {
		try (socket) {
			talk.with(new Peer(socket));
		}
		catch (IOException | InterruptedException ex) {
			// the other side has gone
		}
	}

	Origin origin() {
		return new Origin(false, "127.0.0.1", port());
	}

	int port() {
		return this.listener.getLocalPort();
	}

	int connections() {
		return this.connections.get();
	}

	int requests() {
		return this.requests.get();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
	}

	/** What happens on one connection, which is closed afterwards. */
	@FunctionalInterface
	interface Talk {

		void with(Peer peer) throws IOException, InterruptedException;

	}

	/** One connection as the server sees it. */
	final class Peer {

		private final Socket socket;

		Peer(Socket socket) {
			this.socket = socket;
		}

		/** Reads a head, and no body. */
		boolean readHead() throws IOException {
			InputStream in = this.socket.getInputStream();
			ByteArrayOutputStream head = new ByteArrayOutputStream();
			while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
				int one = in.read();
				if (one < 0) {
					return false;
				}
				head.write(one);
			}
			StubProvider.this.requests.incrementAndGet();
			return true;
		}

		void answer(int status, String body) throws IOException {
			String answer = "HTTP/1.1 " + status + " As Told\r\nContent-Type: application/json\r\nContent-Length: "
					+ body.length() + "\r\n\r\n" + body;
			this.socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
		}

	}

}
