package dev.tallygate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.gateway.provider.Watch;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls over sockets to a container of its own, where each way of being answered says
 * which one it is: {@code direct} tells back what it was asked, and so does
 * {@code container}.
 */
class DirectCallsTests {

	private static final int TIMEOUT_MILLIS = 700;

	private static final int KEEP_ALIVE_MILLIS = 2_500;

	private static final int MOST_SKIPPED = 100_000;

	private final Watch watch = new Watch();

	private final Tomcat tomcat = new Tomcat();

	private final AtomicInteger begun = new AtomicInteger();

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final AtomicReference<Throwable> failure = new AtomicReference<>();

	private CallersProtocol protocol;

	@BeforeEach
	void start(@TempDir Path base) throws Exception {
		this.tomcat.setBaseDir(base.toString());
		Connector connector = new Connector(CallersProtocol.class.getName());
		connector.setPort(0);
		this.protocol = (CallersProtocol) connector.getProtocolHandler();
		this.protocol.setAddress(InetAddress.getLoopbackAddress());
		this.protocol.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.protocol.setConnectionTimeout(TIMEOUT_MILLIS);
		this.protocol.setKeepAliveTimeout(KEEP_ALIVE_MILLIS);
		this.protocol.setMaxSwallowSize(MOST_SKIPPED);
		this.protocol.setMaxKeepAliveRequests(-1);
		this.protocol.setTcpNoDelay(true);
		this.protocol.setProperty("socket.appReadBufSize", "2048");
		this.protocol.setProperty("socket.txBufSize", "65536");
		this.protocol.direct(Answers::new, this.watch);
		this.tomcat.setConnector(connector);
		Context context = this.tomcat.addContext("", Files.createTempDirectory(base, "web").toString());
		Tomcat.addServlet(context, "container", new InContainer()).addMapping("/*");
		this.watch.start();
		this.tomcat.start();
	}

	@AfterEach
	void stop() throws Exception {
		this.goOn.countDown();
		try {
			// One is counted ahead of its coming; none, once it has stopped.
			await().untilAsserted(
					() -> assertThat(this.protocol.getConnectionCount()).as("connections").isLessThanOrEqualTo(1));
		}
		finally {
			this.tomcat.stop();
			this.tomcat.destroy();
			this.watch.close();
		}
	}

	@Test
	void answersOneCallAfterTheOtherOnAConnection() throws Exception {
		try (Caller caller = new Caller()) {
			for (int i = 0; i < 50; i++) {
				String body = "call " + i;
				caller.send(post("/echo", body));
				Answer answer = caller.read();
				assertThat(answer.body()).isEqualTo("direct " + body);
				assertThat(answer.head()).contains("Content-Length: " + answer.body().length(), "Date: ")
					.doesNotContain("Connection", "chunked");
			}
		}
	}

	@Test
	void answersWhatComesByteByByteAndWhatComesAtOnce() throws Exception {
		try (Caller caller = new Caller()) {
			for (byte each : bytes(post("/echo", "slow"))) {
				caller.socket.getOutputStream().write(each);
			}
			assertThat(caller.read().body()).isEqualTo("direct slow");
			caller.send(post("/echo", "one") + post("/echo", "two") + post("/unread", "skipped") + post("/echo", "x"));
			assertThat(caller.read().body()).isEqualTo("direct one");
			assertThat(caller.read().body()).isEqualTo("direct two");
			assertThat(caller.read().body()).isEqualTo("direct unread");
			assertThat(caller.read().body()).isEqualTo("direct x");
		}
	}

	@Test
	void answersWhatIsOnlyRead() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send("GET /echo?a=b HTTP/1.1\r\nHost: a\r\n\r\n" + post("/echo", "next"));
			assertThat(caller.read().body()).isEqualTo("direct ");
			assertThat(caller.read().body()).isEqualTo("direct next");
		}
	}

	@Test
	void takesAndGivesBodiesOfAnyLength() throws Exception {
		try (Caller caller = new Caller()) {
			for (int length : new int[] { 0, 1, 2000, 8191, 8192, 8193, 65_536, 300_000, 3_000_000 }) {
				String body = "x".repeat(length);
				caller.send(post("/echo", body));
				assertThat(caller.read().body()).isEqualTo("direct " + body);
				caller.send(post("/chunks", body));
				assertThat(caller.read().body()).isEqualTo("direct " + body);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
			"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
			"PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
			"POST /%65cho HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
			"POST //echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
			"POST http://a/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
			"POST /echo HTTP/1.1\nHost: a\nContent-Length: 2\n\n{}",
			"\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}" })
	void theContainerGetsEveryByteOfAnythingElse(String request) throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/echo", "before"));
			assertThat(caller.read().body()).isEqualTo("direct before");
			caller.send(request);
			assertThat(caller.read().body()).isEqualTo("container {}");
			caller.send(post("/echo", "after"));
			assertThat(caller.read().body()).isEqualTo("container after");
		}
		try (Caller caller = new Caller()) {
			for (byte each : bytes(request)) {
				caller.socket.getOutputStream().write(each);
			}
			assertThat(caller.read().body()).isEqualTo("container {}");
		}
	}

	/** Longer than what the container reads at once. */
	@ParameterizedTest
	@ValueSource(ints = { 1000, 2048, 3000, 7000 })
	void theContainerGetsLongHeadsToo(int length) throws Exception {
		String more = "X-More: " + "m".repeat(length) + "\r\n";
		try (Caller caller = new Caller()) {
			caller.send("POST /other HTTP/1.1\r\nHost: a\r\n" + more + "Content-Length: 2\r\n\r\n{}");
			assertThat(caller.read().body()).isEqualTo("container {}");
		}
		try (Caller caller = new Caller()) {
			caller.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + more + "Content-Length: 2\r\n\r\n{}");
			assertThat(caller.read().body()).isEqualTo("direct {}");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}",
			"POST /echo HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
			"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
			"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n{}",
			"POST /echo HTTP/1.1\r\nHost: a\r\nX : y\r\nContent-Length: 2\r\n\r\n{}", "NONSENSE\r\n\r\n" })
	void theContainerRefusesWhatIsNoRequest(String request) throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(request);
			assertThat(caller.read().head()).startsWith("HTTP/1.1 400");
			assertThat(caller.isClosed()).isTrue();
		}
	}

	/** It waits for nothing of the caller's meanwhile. */
	@Test
	void theContainerMayTakeItsTimeForAnAnswer() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
			assertThat(caller.read().body()).isEqualTo("container ");
			caller.send(post("/other", "next"));
			assertThat(caller.read().body()).isEqualTo("container next");
		}
	}

	@Test
	void aHeadThatIsTooLongIsRefused() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send("POST /echo HTTP/1.1\r\nHost: a\r\nX-More: " + "m".repeat(9000) + "\r\n");
			assertThat(caller.read().head()).startsWith("HTTP/1.1 400");
		}
	}

	@Test
	void closesWhenEitherSideSaysSo() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/echo", "last", "Connection: close"));
			assertThat(caller.read().head()).contains("Connection: close");
			assertThat(caller.isClosed()).isTrue();
		}
		try (Caller caller = new Caller()) {
			caller.send(post("/close", ""));
			assertThat(caller.read().head()).contains("Connection: close");
			assertThat(caller.isClosed()).isTrue();
		}
	}

	@Test
	void saysHowLongAConnectionIsKeptToThoseWhoAsk() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/echo", "", "Connection: keep-alive"));
			assertThat(caller.read().head()).contains("Keep-Alive: timeout=2", "Connection: keep-alive");
		}
	}

	@Test
	void waitsForTheFirstCallAsLongAsForABodyAndForTheNextAsLongAsItWasTold() throws Exception {
		try (Caller silent = new Caller(); Caller kept = new Caller()) {
			kept.send(post("/echo", ""));
			kept.read();
			long start = System.nanoTime();
			assertThat(silent.isClosed()).isTrue();
			assertThat(millisSince(start)).isBetween(TIMEOUT_MILLIS / 2L, KEEP_ALIVE_MILLIS - 300L);
			assertThat(kept.isClosed()).isTrue();
			assertThat(millisSince(start)).isGreaterThan(KEEP_ALIVE_MILLIS - 300L);
		}
	}

	@Test
	void aHeadThatComesTooSlowlyEndsTheConnection() throws Exception {
		try (Caller caller = new Caller()) {
			long start = System.nanoTime();
			caller.send("POST /echo HTTP/1.1\r\n");
			while (!caller.isClosedWithin(100) && millisSince(start) < 10_000) {
				caller.trickle("X-A: b\r\n");
			}
			assertThat(millisSince(start)).isLessThan(10_000);
		}
	}

	/** There is still somebody to tell. */
	@Test
	void aBodyThatDoesNotComeFailsItsReaderAndTheConnectionEndsAfterTheAnswer() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{}");
			Answer answer = caller.read();
			assertThat(answer.body()).isEqualTo("direct too slow");
			assertThat(answer.head()).contains("HTTP/1.1 400", "Connection: close");
			assertThat(caller.isClosed()).isTrue();
		}
	}

	@Test
	void aBodyThatEndsEarlyIsSeenByItsReader() throws Exception {
		try (Caller caller = new Caller()) {
			caller.trickle("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{}");
			caller.socket.shutdownOutput();
			assertThat(caller.read().body()).isEqualTo("direct {}");
			assertThat(caller.isClosed()).isTrue();
		}
	}

	@Test
	void skipsWhatNobodyReadsUpToALimit() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/unread", "x".repeat(MOST_SKIPPED)));
			assertThat(caller.read().body()).isEqualTo("direct unread");
			caller.send(post("/echo", "next"));
			assertThat(caller.read().body()).isEqualTo("direct next");
			caller.send(post("/unread", "x".repeat(MOST_SKIPPED + 1)));
			assertThat(caller.read().body()).isEqualTo("direct unread");
			assertThat(caller.isClosed()).isTrue();
		}
	}

	@Test
	void whatNobodyReadsMayNotComeForEver() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
			assertThat(caller.read().body()).isEqualTo("direct unread");
			long start = System.nanoTime();
			while (!caller.isClosedWithin(100) && millisSince(start) < 10_000) {
				caller.trickle("x");
			}
			assertThat(millisSince(start)).isLessThan(10_000);
		}
	}

	@Test
	void anAnswerThatNobodyTakesFailsItsWriter() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/endless", ""));
			await().untilAsserted(() -> assertThat(this.failure.get()).isInstanceOf(IOException.class));
		}
	}

	@Test
	void aStreamComesInPiecesWhileItIsMadeAndIsBrokenOffWithoutAnEnd() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/stream", ""));
			assertThat(caller.readLine()).isEqualTo("HTTP/1.1 200 ");
			String head = caller.readHead();
			assertThat(head).contains("Transfer-Encoding: chunked").doesNotContain("Content-Length");
			assertThat(caller.readChunk()).isEqualTo("first");
			this.goOn.countDown();
			assertThat(caller.readChunk()).isEqualTo("second");
			assertThat(caller.isClosed()).isTrue();
		}
	}

	@Test
	void whatWasSetCanBeTakenBackAndHeadersAreText() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/reset", ""));
			Answer answer = caller.read();
			assertThat(answer.head()).startsWith("HTTP/1.1 503 \r\n")
				.contains("x-set: two  and more?\r\n")
				.doesNotContain("X-Gone", "one", "\r\nand");
			assertThat(answer.body()).isEqualTo("direct anew");
		}
	}

	@Test
	void anAnswerShorterThanAnnouncedEndsTheConnection() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/short", ""));
			assertThat(caller.readLine()).isEqualTo("HTTP/1.1 200 ");
			assertThat(caller.readHead()).contains("Content-Length: 100");
			assertThat(caller.readAll()).isEqualTo("direct");
		}
	}

	/** What follows it would be taken for the next one. */
	@Test
	void anAnswerLongerThanAnnouncedEndsTheConnection() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/long", ""));
			assertThat(caller.read().body()).isEqualTo("direct");
			assertThat(caller.isClosed()).isTrue();
		}
	}

	@Test
	void anAnswerOfNothingIsAnAnswer() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/empty", "") + post("/echo", "next"));
			assertThat(caller.read().head()).startsWith("HTTP/1.1 202 ").contains("Content-Length: 0\r\n");
			assertThat(caller.read().body()).isEqualTo("direct next");
		}
	}

	/** RFC 9110, 8.6: no length is told where there cannot be a body. */
	@Test
	void anAnswerThatCannotHaveABodyTellsNoLength() throws Exception {
		try (Caller caller = new Caller()) {
			caller.send(post("/nothing", "") + post("/echo", "next"));
			assertThat(caller.readLine()).isEqualTo("HTTP/1.1 204 ");
			assertThat(caller.readHead()).doesNotContain("Content-Length");
			assertThat(caller.read().body()).isEqualTo("direct next");
		}
	}

	/** Another one would not be served, and its caller would have waited in vain. */
	@Test
	void aCallThatEndsWhileTheServerStopsIsTheLastOfItsConnection() throws Exception {
		try (Caller waiting = new Caller(); Caller begun = new Caller()) {
			begun.send(post("/begins", ""));
			begun.readLine();
			assertThat(begun.readHead()).doesNotContain("Connection: close");
			waiting.send(post("/waits", ""));
			await().until(() -> this.begun.get() == 2);
			this.protocol.pause();
			this.goOn.countDown();
			assertThat(waiting.read().head()).contains("Connection: close");
			assertThat(waiting.isClosed()).isTrue();
			assertThat(begun.readChunk()).isEqualTo("direct");
			assertThat(begun.readChunk()).isEmpty();
			assertThat(begun.isClosedWithin(KEEP_ALIVE_MILLIS / 2)).isTrue();
		}
	}

	/**
	 * Those that wait for a call are closed, and one that is answered gets its answer.
	 */
	@Test
	void stopsWithoutCuttingWhatIsNearlyOut() throws Exception {
		try (Caller idle = new Caller(); Caller busy = new Caller()) {
			idle.send(post("/echo", ""));
			idle.read();
			busy.send(post("/stream", ""));
			busy.readLine();
			busy.readHead();
			assertThat(busy.readChunk()).isEqualTo("first");
			await().until(() -> this.begun.get() == 1);
			Thread stopping = Thread.ofPlatform().start(() -> {
				try {
					this.tomcat.getConnector().stop();
				}
				catch (Exception ex) {
					this.failure.set(ex);
				}
			});
			Thread.sleep(200);
			this.goOn.countDown();
			assertThat(busy.readChunk()).isEqualTo("second");
			assertThat(idle.isClosed()).isTrue();
			stopping.join();
		}
	}

	private static long millisSince(long start) {
		return Duration.ofNanos(System.nanoTime() - start).toMillis();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private static String post(String path, String body, String... fields) {
		StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
		for (String field : fields) {
			head.append(field).append("\r\n");
		}
		return head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
	}

	/** Straight from the socket. */
	private final class Answers implements CallServer {

		@Override
		public boolean serves(String path) {
			return Set
				.of("/echo", "/chunks", "/unread", "/close", "/endless", "/stream", "/begins", "/waits", "/reset",
						"/short", "/long", "/empty", "/nothing")
				.contains(path);
		}

		@Override
		public void serve(CallerRequest request, CallerResponse response) throws IOException {
			switch (request.path()) {
				case "/echo" -> echo(request, response);
				case "/chunks" -> {
					write(response, "direct ");
					response.flush();
					write(response, new String(request.body().readAllBytes(), StandardCharsets.ISO_8859_1));
				}
				case "/unread" -> write(response, "direct unread");
				case "/close" -> {
					response.header("Connection", "close");
					write(response, "direct");
				}
				case "/endless" -> endless(response);
				case "/stream" -> stream(response);
				case "/begins" -> {
					write(response, "direct");
					response.flush();
					waits();
				}
				case "/waits" -> {
					waits();
					write(response, "direct");
				}
				case "/reset" -> {
					response.header("X-Gone", "yes");
					write(response, "forgotten");
					response.reset();
					response.status(503);
					response.header("X-Set", "one");
					response.header("x-set", "two\r\nand more\u20ac");
					write(response, "direct anew");
				}
				case "/empty" -> response.status(202);
				case "/nothing" -> response.status(204);
				case "/long" -> {
					response.contentLength(6);
					write(response, "direct");
					write(response, "more");
				}
				default -> {
					response.contentLength(100);
					write(response, "direct");
				}
			}
		}

		private void echo(CallerRequest request, CallerResponse response) throws IOException {
			try {
				byte[] body = request.body().readAllBytes();
				byte[] answer = bytes("direct " + new String(body, StandardCharsets.ISO_8859_1));
				response.contentLength(answer.length);
				response.body().write(answer);
			}
			catch (SocketTimeoutException ex) {
				response.status(400);
				write(response, "direct too slow");
			}
		}

		private void endless(CallerResponse response) throws IOException {
			try {
				while (true) {
					response.body().write(new byte[10_000]);
				}
			}
			catch (IOException ex) {
				DirectCallsTests.this.failure.set(ex);
				throw ex;
			}
		}

		private void stream(CallerResponse response) throws IOException {
			write(response, "first");
			response.flush();
			waits();
			write(response, "second");
			response.flush();
			throw new IOException("broken off");
		}

		private void waits() {
			DirectCallsTests.this.begun.incrementAndGet();
			try {
				assertThat(DirectCallsTests.this.goOn.await(10, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private static void write(CallerResponse response, String text) throws IOException {
			response.body().write(bytes(text));
		}

	}

	private static final class InContainer extends HttpServlet {

		private static final long serialVersionUID = 1L;

		@Override
		protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
			if (request.getRequestURI().equals("/slow")) {
				// The container looks once a second for whom it has waited for.
				LockSupport.parkNanos(Duration.ofMillis(TIMEOUT_MILLIS + 2_000).toNanos());
			}
			response.getOutputStream().write(bytes("container "));
			request.getInputStream().transferTo(response.getOutputStream());
		}

	}

	private record Answer(String head, String body) {

	}

	private final class Caller implements AutoCloseable {

		private final Socket socket;

		private final InputStream in;

		Caller() throws IOException {
			this.socket = new Socket(InetAddress.getLoopbackAddress(),
					DirectCallsTests.this.tomcat.getConnector().getLocalPort());
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(20_000);
			this.in = this.socket.getInputStream();
		}

		void send(String text) throws IOException {
			byte[] bytes = bytes(text);
			Thread.ofVirtual().start(() -> {
				try {
					this.socket.getOutputStream().write(bytes);
				}
				catch (IOException ex) {
					// refused before its end
				}
			});
		}

		void trickle(String text) {
			try {
				this.socket.getOutputStream().write(bytes(text));
			}
			catch (IOException ex) {
				// it is closed, as will be seen
			}
		}

		/** Up to the line's end, without it. */
		String readLine() throws IOException {
			StringBuilder line = new StringBuilder();
			for (int c = this.in.read(); c != '\n'; c = this.in.read()) {
				if (c < 0) {
					throw new IOException("closed after '" + line + "'");
				}
				line.append((char) c);
			}
			return line.substring(0, line.length() - 1);
		}

		String readHead() throws IOException {
			StringBuilder head = new StringBuilder();
			for (String line = readLine(); !line.isEmpty(); line = readLine()) {
				head.append(line).append("\r\n");
			}
			return head.toString();
		}

		String readChunk() throws IOException {
			int length = Integer.parseInt(readLine(), 16);
			String chunk = new String(this.in.readNBytes(length), StandardCharsets.ISO_8859_1);
			assertThat(readLine()).isEmpty();
			return chunk;
		}

		Answer read() throws IOException {
			String head = readLine() + "\r\n" + readHead();
			StringBuilder body = new StringBuilder();
			if (head.contains("Transfer-Encoding: chunked")) {
				for (String chunk = readChunk(); !chunk.isEmpty(); chunk = readChunk()) {
					body.append(chunk);
				}
			}
			else {
				int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
				int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
				body.append(new String(this.in.readNBytes(length), StandardCharsets.ISO_8859_1));
			}
			return new Answer(head, body.toString());
		}

		String readAll() throws IOException {
			return new String(this.in.readAllBytes(), StandardCharsets.ISO_8859_1);
		}

		/** Waits for it. */
		boolean isClosed() {
			return isClosedWithin(20_000);
		}

		boolean isClosedWithin(int millis) {
			try {
				this.socket.setSoTimeout(millis);
				return this.in.read() < 0;
			}
			catch (SocketTimeoutException ex) {
				return false;
			}
			catch (IOException ex) {
				return true;
			}
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
