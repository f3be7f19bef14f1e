package dev.tallygate.gateway.completion;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Writes down what it is sent and always answers the same bytes, whether they are HTTP or
 * not.
 */
final class CaptureServer implements AutoCloseable {

	private final ServerSocket listener;

	private final byte[] answer;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	CaptureServer(String json) throws IOException {
		this(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
				+ json)
			.getBytes(StandardCharsets.UTF_8));
	}

	private CaptureServer(byte[] answer) throws IOException {
		this.answer = answer;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread.ofVirtual().start(this::serve);
	}

	static CaptureServer answering(String bytes) throws IOException {
		return new CaptureServer(bytes.getBytes(StandardCharsets.UTF_8));
	}

	String url() {
		return "http://127.0.0.1:" + this.listener.getLocalPort();
	}

	List<String> requests() {
		return this.requests;
	}

	private void serve() {
		while (!this.listener.isClosed()) {
			try (Socket socket = this.listener.accept()) {
				this.requests.add(read(socket));
				socket.getOutputStream().write(this.answer);
				socket.shutdownOutput();
			}
			catch (IOException ex) {
				// the next one, or the end
			}
		}
	}

	private static String read(Socket socket) throws IOException {
		ByteArrayOutputStream seen = new ByteArrayOutputStream();
		byte[] buffer = new byte[4096];
		int count = socket.getInputStream().read(buffer);
		if (count > 0) {
			seen.write(buffer, 0, count);
		}
		return seen.toString(StandardCharsets.UTF_8);
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
	}

}
