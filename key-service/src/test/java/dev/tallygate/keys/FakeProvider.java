package dev.tallygate.keys;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A provider that answers as a test says, when a test says.
 */
final class FakeProvider implements AutoCloseable {

	private final HttpServer server;

	private final AtomicReference<Answer> answer = new AtomicReference<>((exchange) -> respond(exchange, 200));

	private FakeProvider(HttpServer server) {
		this.server = server;
		server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		server.createContext("/", (exchange) -> {
			try (exchange) {
				this.answer.get().to(exchange);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		server.start();
	}

	static FakeProvider start() {
		try {
			return new FakeProvider(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String baseUrl() {
		return url() + "/v1";
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	void answers(Answer next) {
		this.answer.set(next);
	}

	static void respond(HttpExchange exchange, int status) throws IOException {
		exchange.sendResponseHeaders(status, -1);
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/** How a request is answered. */
	interface Answer {

		void to(HttpExchange exchange) throws IOException, InterruptedException;

	}

}
