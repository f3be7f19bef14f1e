package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A streamed chat call that runs, on a bare socket: the JDK's client may withhold the
 * last bytes before a broken end, which are the ones that say why.
 */
final class RunningStream {

	private static final int TIMEOUT_MILLIS = 30_000;

	private final Socket socket;

	private final BufferedReader in;

	private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private RunningStream(Socket socket) throws IOException {
		this.socket = socket;
		this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
	}

	/** Asks, and returns when the head of the answer is there. */
	static RunningStream post(int port, String token, String body) throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
		socket.setSoTimeout(TIMEOUT_MILLIS);
		String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + token
				+ "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
				+ body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n";
		socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
		RunningStream stream = new RunningStream(socket);
		stream.readHead();
		return stream;
	}

	private void readHead() throws IOException {
		assertThat(this.in.readLine()).startsWith("HTTP/1.1 200");
		for (String line = this.in.readLine(); line != null && !line.isEmpty(); line = this.in.readLine()) {
			int colon = line.indexOf(':');
			this.headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
		}
	}

	/** The id that the gateway gave the call. */
	String callId() {
		String id = this.headers.get("x-tallygate-call-id");
		assertThat(id).isNotNull();
		return id;
	}

	/** All lines from here on, those of the chunks' sizes among them, however it ends. */
	CompletableFuture<String> rest() {
		return CompletableFuture.supplyAsync(this::readToEnd, Thread::startVirtualThread);
	}

	private String readToEnd() {
		StringBuilder seen = new StringBuilder();
		try (this.socket) {
			for (String line = this.in.readLine(); line != null; line = this.in.readLine()) {
				seen.append(line).append('\n');
			}
		}
		catch (SocketException ex) {
			// cut, which is what a caller is to see
		}
		catch (IOException ex) {
			throw new AssertionError("after " + seen, ex);
		}
		return seen.toString();
	}

}
