package dev.tallygate.gateway.completion;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * A caller on a bare socket, that sees bytes as they come and can leave at any time. The
 * JDK's client may withhold the last bytes before a broken end, which are the ones that
 * say why.
 */
public final class Wire implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 30_000;

	private final Socket socket;

	private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

	private Wire(Socket socket) {
		this.socket = socket;
	}

	/** A caller who looks at nothing that it does not read, nor does its machine. */
	static Wire postWithoutRoom(int port, String path, String body) throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		return over(socket, request(TestGateway.TOKEN, path, body));
	}

	/** A caller who was told once that there is nothing, and keeps its connection. */
	static Wire kept(int port) throws IOException {
		Wire wire = over(new Socket(InetAddress.getLoopbackAddress(), port),
				("GET /v1/nothing HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + TestGateway.TOKEN + "\r\n\r\n")
					.getBytes(StandardCharsets.UTF_8));
		while (!wire.seen.toString(StandardCharsets.UTF_8).endsWith("}}")) {
			wire.seen.write(wire.in().read());
		}
		wire.seen.reset();
		return wire;
	}

	/** Posts what is the last on this connection. */
	String thenPost(String path, String body) throws IOException {
		this.socket.getOutputStream().write(request(TestGateway.TOKEN, path, body));
		return readToEnd();
	}

	static Wire post(int port, String path, String body) throws IOException {
		return post(port, TestGateway.TOKEN, path, body);
	}

	/** Somebody's call. */
	public static Wire post(int port, String token, String path, String body) throws IOException {
		return over(new Socket(InetAddress.getLoopbackAddress(), port), request(token, path, body));
	}

	static Wire post(TestGateway gateway, String body) throws IOException {
		return post(gateway, "/v1/chat/completions", body);
	}

	static Wire post(TestGateway gateway, String path, String body) throws IOException {
		return post(gateway.port(), path, body);
	}

	private static byte[] request(String token, String path, String body) {
		return ("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + token
				+ "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
				+ body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body)
			.getBytes(StandardCharsets.UTF_8);
	}

	static Wire send(TestGateway gateway, byte[] bytes) throws IOException {
		return over(new Socket(InetAddress.getLoopbackAddress(), gateway.port()), bytes);
	}

	private static Wire over(Socket socket, byte[] bytes) throws IOException {
		socket.setSoTimeout(TIMEOUT_MILLIS);
		socket.getOutputStream().write(bytes);
		return new Wire(socket);
	}

	/** Everything that comes, however it ends. */
	static String readAll(TestGateway gateway, String body) throws IOException {
		try (Wire wire = post(gateway, body)) {
			return wire.readToEnd();
		}
	}

	/** Reads the head of the answer, status line and headers. */
	public String head() throws IOException {
		readUntil("\r\n\r\n");
		return this.seen.toString(StandardCharsets.UTF_8);
	}

	/** The value of a header, once the head is there; empty when it has none. */
	public String header(String name) {
		return header(this.seen.toString(StandardCharsets.UTF_8), name);
	}

	static String header(String head, String name) {
		return head.lines()
			.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith(name + ':'))
			.map((line) -> line.substring(name.length() + 1).strip())
			.findFirst()
			.orElse("");
	}

	/** All that came, when nothing comes any more. */
	public CompletableFuture<String> rest() {
		return CompletableFuture.supplyAsync(() -> {
			try (Wire wire = this) {
				return wire.readToEnd();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(this.seen.toString(StandardCharsets.UTF_8), ex);
			}
		}, Thread::startVirtualThread);
	}

	/** Reads until this many events have come. */
	void readEvents(int count) throws IOException {
		while (events() < count) {
			int next = in().read();
			if (next < 0) {
				throw new IOException("only " + events() + " events");
			}
			this.seen.write(next);
		}
	}

	/** Reads so many bytes, or to the end where there are not so many. */
	void readBytes(int count) throws IOException {
		for (int i = 0; i < count; i++) {
			if (in().read() < 0) {
				return;
			}
		}
	}

	/** Reads until this has come. */
	void readUntil(String text) throws IOException {
		while (!this.seen.toString(StandardCharsets.UTF_8).contains(text)) {
			int next = in().read();
			if (next < 0) {
				throw new IOException("no " + text + " in " + this.seen.toString(StandardCharsets.UTF_8));
			}
			this.seen.write(next);
		}
	}

	/** The caller has no more to say, and still listens. */
	void sendNoMore() throws IOException {
		this.socket.shutdownOutput();
	}

	/** Whether the end is there, behind whatever has come. */
	boolean endsNow() throws IOException {
		this.socket.setSoTimeout(300);
		try {
			while (in().read() >= 0) {
				// what comes before the end
			}
			return true;
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
	}

	private int events() {
		return this.seen.toString(StandardCharsets.UTF_8).split("data: ", -1).length - 1;
	}

	String readToEnd() throws IOException {
		byte[] buffer = new byte[4096];
		try {
			int count = in().read(buffer);
			while (count >= 0) {
				this.seen.write(buffer, 0, count);
				count = in().read(buffer);
			}
		}
		catch (java.net.SocketException ex) {
			// cut short, which is what some tests want to see
		}
		return this.seen.toString(StandardCharsets.UTF_8);
	}

	/** Writes the same again and again until there is an answer. */
	String trickle(String drop, Duration every, Duration atMost) throws Exception {
		long end = System.nanoTime() + atMost.toNanos();
		while (in().available() == 0 && System.nanoTime() - end < 0) {
			this.socket.getOutputStream().write(drop.getBytes(StandardCharsets.UTF_8));
			Thread.sleep(every);
		}
		return readToEnd();
	}

	private InputStream in() throws IOException {
		return this.socket.getInputStream();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
