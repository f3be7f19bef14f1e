package dev.tallygate.gateway.completion;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers with a beginning and then goes on with the same, a gibibyte of it, until nobody
 * takes it any more.
 */
final class EndlessProvider implements AutoCloseable {

	static final long GIBIBYTE = 1L << 30;

	private final ServerSocket listener;

	private final byte[] beginning;

	private final byte[] piece;

	private final Duration pause;

	private final AtomicLong sent = new AtomicLong();

	/** Goes on with the same letter, as fast as it is taken. */
	EndlessProvider(String contentType, String beginning) throws IOException {
		this(contentType, beginning, "x".repeat(64 * 1024), Duration.ZERO);
	}

	/** Goes on with a piece at a time. */
	EndlessProvider(String contentType, String beginning, String piece, Duration pause) throws IOException {
		this.piece = piece.getBytes(StandardCharsets.UTF_8);
		this.pause = pause;
		this.beginning = ("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nContent-Length: " + 2 * GIBIBYTE
				+ "\r\n\r\n" + beginning)
			.getBytes(StandardCharsets.UTF_8);
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread.ofVirtual().start(this::serve);
	}

	String url() {
		return "http://127.0.0.1:" + this.listener.getLocalPort();
	}

	/** How many bytes went out so far. */
	long sent() {
		return this.sent.get();
	}

	private void serve() {
		while (!this.listener.isClosed()) {
			try (Socket socket = this.listener.accept(); OutputStream out = socket.getOutputStream()) {
				socket.getInputStream().read(new byte[64 * 1024]);
				out.write(this.beginning);
				while (this.sent.get() < GIBIBYTE && !this.listener.isClosed()) {
					out.write(this.piece);
					this.sent.addAndGet(this.piece.length);
					Thread.sleep(this.pause);
				}
			}
			catch (IOException | InterruptedException ex) {
				// whoever asked had enough
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
	}

}
