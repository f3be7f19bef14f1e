package dev.tallygate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.provider.Watch;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ErrorReportValve;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever bytes come on a connection, they are the same requests and get the same
 * answers as from the container alone: what is plain is read as the container reads it,
 * ends where the container sees its end, and all else is the container's.
 */
class SameAnswersTests {

	/** Of the mutations; more of them by {@code -Dtallygate.test.mutations=…}. */
	private static final int ROUNDS = Integer.getInteger("tallygate.test.mutations", 1_500);

	private static final String PLAIN = String.join("\r\n", "POST /v1/a?b=c HTTP/1.1", "Host: localhost", "X-A: one",
			"Content-Length: 14", "", "{\"some\":\"body\"}");

	private static final String NEXT = String.join("\r\n", "POST /v1/next HTTP/1.1", "Host: localhost",
			"Content-Length: 4", "", "next");

	/** What changes where a request ends, or whether it is one. */
	private static final List<String> PIECES = List.of("\r\n", "\n", "\r", " ", "\t", ":", ",", "0", "1", "+", "-",
			"%2f", "/", "//", "..", ";", "?", "#", "\u0000", "\u007f", "\u00e4", "Content-Length: 3\r\n",
			"content-length: 14\r\n", "Content-Length: 14\r\n", "Content-Length: 0\r\n", "Content-Length : 14\r\n",
			"Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: x, chunked\r\n",
			"Transfer-Encoding : chunked\r\n", "Transfer-Encoding:\tchunked\r\n", "Host: other\r\n", "Host:\r\n",
			"Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: content-length\r\n", "Upgrade: h2c\r\n",
			"Expect: 100-continue\r\n", "Expect: other\r\n", "X-B: two\r\n three\r\n", "X-B\r\n", ": nothing\r\n",
			"e\r\n", "0\r\n\r\n", "HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "GET ", "PUT ", "http://localhost/v1/a", "/v1/",
			"/other/");

	private static final Watch watch = new Watch();

	private static final List<Tomcat> servers = new ArrayList<>();

	@TempDir
	static Path directory;

	@BeforeAll
	static void start() throws Exception {
		watch.start();
		for (boolean direct : new boolean[] { true, false }) {
			servers.add(server(direct));
		}
	}

	@AfterAll
	static void stop() throws Exception {
		for (Tomcat server : servers) {
			server.stop();
			server.destroy();
		}
		watch.close();
	}

	@Test
	void bytesAreTheSameRequestsEitherWay() throws Exception {
		Random random = new Random(34);
		int direct = 0;
		for (int round = 0; round < ROUNDS; round++) {
			StringBuilder bytes = new StringBuilder(PLAIN);
			for (int change = random.nextInt(4); change > 0; change--) {
				String piece = PIECES.get(random.nextInt(PIECES.size()));
				int at = piece.endsWith("\r\n") && random.nextInt(4) > 0 ? lineIn(bytes, random)
						: random.nextInt(bytes.length());
				bytes.replace(at, at + (random.nextBoolean() ? 0 : random.nextInt(3)), piece);
			}
			bytes.append(NEXT);
			String here = answers(servers.getFirst(), bytes.toString());
			String there = answers(servers.getLast(), bytes.toString());
			direct += here.contains("direct") ? 1 : 0;
			assertThat(here.replace("direct", "container")).as("round %d: %s", round, bytes).isEqualTo(there);
		}
		assertThat(direct).as("of %d rounds were answered directly, in part at least", ROUNDS)
			.isGreaterThan(ROUNDS / 4);
	}

	/** Where a line begins. */
	private static int lineIn(StringBuilder text, Random random) {
		int line = text.indexOf("\n", random.nextInt(text.length()));
		return (line >= 0) ? line + 1 : text.indexOf("\n") + 1;
	}

	/** Statuses and bodies of all answers, and how the connection ended. */
	private static String answers(Tomcat server, String bytes) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getConnector().getLocalPort())) {
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(20_000);
			socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
			socket.shutdownOutput();
			String all = new String(readAll(socket.getInputStream()), StandardCharsets.ISO_8859_1);
			StringBuilder told = new StringBuilder();
			while (!all.isEmpty()) {
				if (!all.startsWith("HTTP/") || isRefusal(all)) {
					return told + "refused";
				}
				int end = all.indexOf("\r\n\r\n");
				assertThat(end).as("a head in %s of %s", all, bytes).isPositive();
				String head = all.substring(0, end);
				told.append(head.lines().findFirst().orElseThrow()).append('\n');
				all = all.substring(end + 4);
				if (head.contains("chunked")) {
					int last = all.indexOf("0\r\n\r\n");
					told.append(all, 0, last).append('\n');
					all = all.substring(last + 5);
				}
				else if (head.contains("Content-Length: ")) {
					int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
					boolean ours = all.startsWith("direct") || all.startsWith("container");
					told.append(ours ? all.substring(0, Math.min(length, all.length())) : "").append('\n');
					all = all.substring(Math.min(length, all.length()));
				}
				else if (!head.startsWith("HTTP/1.1 1")) {
					// the container's own page, up to the end
					all = "";
				}
			}
			return told.toString();
		}
	}

	/**
	 * After it the connection closes. Without a head it is the answer to a line of
	 * HTTP/0.9, or to one that the container could not read after it had answered one. Of
	 * a body that ends early it tells in its own words, whatever its service says.
	 */
	private static boolean isRefusal(String answer) {
		boolean ours = answer.contains("\r\n\r\ndirect") || answer.contains("\r\n\r\ncontainer");
		return answer.startsWith("HTTP/1.1 4") && (!ours || answer.endsWith(" cut"));
	}

	/**
	 * A reset is an end, too: what was sent behind a refusal is thrown away by the
	 * system.
	 */
	private static byte[] readAll(InputStream in) throws IOException {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		byte[] buffer = new byte[8192];
		try {
			for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
				all.write(buffer, 0, count);
			}
		}
		catch (SocketTimeoutException ex) {
			throw ex;
		}
		catch (IOException ex) {
			// the end
		}
		return all.toByteArray();
	}

	private static Tomcat server(boolean direct) throws Exception {
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(directory.toString());
		Connector connector = new Connector(CallersProtocol.class.getName());
		connector.setPort(0);
		CallersProtocol protocol = (CallersProtocol) connector.getProtocolHandler();
		protocol.setAddress(InetAddress.getLoopbackAddress());
		protocol.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		protocol.setConnectionTimeout(2_000);
		protocol.setTcpNoDelay(true);
		if (direct) {
			protocol.direct(() -> new Told("direct"), watch);
		}
		tomcat.setConnector(connector);
		// Who called whom inside is no part of an answer.
		ErrorReportValve pages = new ErrorReportValve();
		pages.setShowReport(false);
		tomcat.getHost().getPipeline().addValve(pages);
		Context context = tomcat.addContext("", Files.createTempDirectory(directory, "web").toString());
		Tomcat.addServlet(context, "container", new InContainer()).addMapping("/*");
		tomcat.start();
		return tomcat;
	}

	/** Tells what was asked. */
	private record Told(String way) implements CallServer {

		@Override
		public boolean serves(String path) {
			return path.startsWith("/v1/");
		}

		@Override
		public void serve(CallerRequest request, CallerResponse response) throws IOException {
			String body;
			try {
				byte[] read = request.body().readAllBytes();
				body = (read.length < request.contentLength()) ? "cut" : new String(read, StandardCharsets.ISO_8859_1);
			}
			catch (IOException ex) {
				body = "cut";
			}
			byte[] answer = (this.way + ' ' + request.method() + ' ' + request.path() + ' ' + request.query() + ' '
					+ request.headers("x-a") + request.headers("x-b") + request.header("Host") + ' ' + body)
				.getBytes(StandardCharsets.ISO_8859_1);
			if (body.equals("cut")) {
				response.status(400);
				response.header("Connection", "close");
			}
			response.contentLength(answer.length);
			response.body().write(answer);
		}

	}

	private static final class InContainer extends HttpServlet {

		private static final long serialVersionUID = 1L;

		@Override
		protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
			new Told("container").serve(new ContainerRequest(request), new ContainerResponse(response));
		}

	}

}
