package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in a process of its own that may open few files: callers take them all, and
 * when they have gone everything is as before.
 */
@EnabledOnOs(OS.LINUX)
class FewFilesTests {

	private static final int FILES = 220;

	@TempDir
	private Path directory;

	@Test
	void recoversWhenAllFilesWereTaken() throws Exception {
		Path errors = this.directory.resolve("errors");
		Process process = new ProcessBuilder("bash", "-c", "ulimit -n " + FILES + " && exec \"$@\"", "gateway",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				Poor.class.getName())
			.redirectError(errors.toFile())
			.start();
		try (BufferedReader said = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
				HttpClient http = HttpClient.newHttpClient()) {
			int port = Integer.parseInt(String.valueOf(said.readLine()));
			assertThat(status(http, port)).isEqualTo(200);
			begin(port).close();
			List<Socket> callers = new ArrayList<>();
			try {
				for (int i = 0; i < 2 * FILES; i++) {
					callers.add(begin(port));
				}
				process.getOutputStream().write("full?\n".getBytes(StandardCharsets.US_ASCII));
				process.getOutputStream().flush();
				assertThat(said.readLine()).as("nothing can be opened").isEqualTo("full");
			}
			finally {
				for (Socket caller : callers) {
					caller.close();
				}
			}

			await().atMost(Duration.ofSeconds(60)).until(() -> status(http, port) == 200);
			process.getOutputStream().close();
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as(() -> read(errors)).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** A caller that has begun to say what it wants. */
	private static Socket begin(int port) throws IOException {
		Socket caller = new Socket(InetAddress.getLoopbackAddress(), port);
		caller.getOutputStream().write("POST /v1/messages HTTP/1.1\r\nHost: g\r\n".getBytes(StandardCharsets.US_ASCII));
		return caller;
	}

	private static int status(HttpClient http, int port) throws Exception {
		try {
			return http
				.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
					.timeout(Duration.ofSeconds(5))
					.header("Authorization", "Bearer " + TestGateway.TOKEN)
					.POST(HttpRequest.BodyPublishers
						.ofString(TestGateway.ask("openai:gpt-4o", "one [[sim: output=2]]", "")))
					.build(), HttpResponse.BodyHandlers.ofString())
				.statusCode();
		}
		catch (IOException ex) {
			return -1;
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/** The process. */
	static final class Poor {

		public static void main(String[] args) throws Exception {
			try (TestGateway gateway = TestGateway.start();
					BufferedReader told = new BufferedReader(
							new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
				System.out.println(gateway.port());
				told.readLine();
				System.out.println(waitsForFiles() ? "full" : "room");
				while (told.readLine() != null) {
					// until the end
				}
				await().until(() -> gateway.calls.open() == 0);
			}
			catch (Throwable ex) {
				ex.printStackTrace();
				System.exit(1);
			}
			System.exit(0);
		}

		/** Whether there comes a moment when no file can be opened any more. */
		private static boolean waitsForFiles() throws InterruptedException {
			for (int i = 0; i < 100; i++) {
				try {
					Files.newInputStream(Path.of("/dev/null")).close();
				}
				catch (IOException ex) {
					return true;
				}
				Thread.sleep(50);
			}
			return false;
		}

	}

}
