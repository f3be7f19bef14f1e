package dev.tallygate.gateway.completion;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Writes down what it is sent and answers bytes, whether they are HTTP or not: those that
 * it was given in turn, and the last of them from then on.
 */
public final class CaptureServer implements AutoCloseable {

	/** No answer: whoever asked has to hang up. */
	public static final String SILENCE = "\0";

	private final ServerSocket listener;

	private final List<String> answers;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	public CaptureServer(String json) throws IOException {
		this(List.of(http("200 OK", json)));
	}

	private CaptureServer(List<String> answers) throws IOException {
		this.answers = answers;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread.ofVirtual().start(this::serve);
	}

	public static CaptureServer answering(String... inTurn) throws IOException {
		return new CaptureServer(List.of(inTurn));
	}

	/** An answer in JSON after which the connection is closed. */
	public static String http(String status, String json) {
		return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
				+ json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + json;
	}

	public String url() {
		return "http://127.0.0.1:" + this.listener.getLocalPort();
	}

	public List<String> requests() {
		return this.requests;
	}

	private void serve() {
		while (!this.listener.isClosed()) {
			try (Socket socket = this.listener.accept()) {
				this.requests.add(read(socket));
				answer(socket, this.answers.get(Math.min(this.requests.size(), this.answers.size()) - 1));
			}
			catch (IOException ex) {
				// the next one, or the end
			}
		}
	}

	private static void answer(Socket socket, String answer) throws IOException {
		if (answer.equals(SILENCE)) {
			socket.getInputStream().transferTo(OutputStream.nullOutputStream());
			return;
		}
		socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
		socket.shutdownOutput();
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
