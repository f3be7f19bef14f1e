package dev.tallygate.gateway.completion;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers with a beginning and then goes on with the same letter, a gibibyte of it, until
 * nobody takes it any more.
 */
final class EndlessProvider implements AutoCloseable {

	static final long GIBIBYTE = 1L << 30;

	private final ServerSocket listener;

	private final byte[] beginning;

	private final AtomicLong sent = new AtomicLong();

	EndlessProvider(String contentType, String beginning) throws IOException {
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
		byte[] piece = new byte[64 * 1024];
		Arrays.fill(piece, (byte) 'x');
		while (!this.listener.isClosed()) {
			try (Socket socket = this.listener.accept(); OutputStream out = socket.getOutputStream()) {
				socket.getInputStream().read(new byte[64 * 1024]);
				out.write(this.beginning);
				while (this.sent.get() < GIBIBYTE) {
					out.write(piece);
					this.sent.addAndGet(piece.length);
				}
			}
			catch (IOException ex) {
				// whoever asked had enough
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
	}

}
