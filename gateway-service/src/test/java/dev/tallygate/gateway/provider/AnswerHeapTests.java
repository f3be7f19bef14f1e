package dev.tallygate.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/**
 * Whole answers that come together, in a process of its own with a heap that does not
 * hold all of them.
 */
class AnswerHeapTests {

	private static final int ANSWERS = 8;

	private static final int ANSWER_MIB = 15;

	/** How {@code -XX:+ExitOnOutOfMemoryError} ends. */
	private static final int OUT_OF_MEMORY = 3;

	private static final String HEAP = "-Xmx128m";

	@TempDir
	private Path directory;

	@Test
	void aCommonBoundKeepsAnswersFromEndingTheProcess() throws Exception {
		assertThat(run("bounded")).as(() -> said("bounded")).isZero();
		assertThat(run("unbounded")).as("what ended the process before").isEqualTo(OUT_OF_MEMORY);
	}

	private String said(String how) {
		try {
			return Files.readString(this.directory.resolve(how));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private int run(String how) throws Exception {
		Path output = this.directory.resolve(how);
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP,
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-cp",
				System.getProperty("java.class.path"), Callers.class.getName(), how)
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		Files.readString(output).lines().filter((line) -> line.contains("MiB")).forEach(System.out::println);
		return process.exitValue();
	}

	/** Callers whose answers are all there before the first of them is passed on. */
	static final class Callers {

		public static void main(String[] args) throws Exception {
			long most = args[0].equals("bounded") ? Runtime.getRuntime().maxMemory() / 4 : Long.MAX_VALUE;
			AnswerRoom room = new AnswerRoom(most, (2 * ANSWER_MIB) << 20);
			UpstreamProperties properties = new UpstreamProperties(Duration.ofSeconds(5), Duration.ofSeconds(60),
					Duration.ofSeconds(60), Duration.ofMinutes(1), 100, Duration.ofSeconds(15),
					DataSize.ofMegabytes(64), DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 20, 3,
					Duration.ofSeconds(30), Duration.ofSeconds(60), DataSize.ofMegabytes(1));
			try (ServerSocket provider = provider();
					Watch watch = new Watch();
					UpstreamClient client = new UpstreamClient(properties, watch,
							SSLContext.getDefault().getSocketFactory())) {
				watch.start();
				Origin origin = new Origin(false, "127.0.0.1", provider.getLocalPort());
				AtomicInteger refused = new AtomicInteger();
				ConcurrentLinkedQueue<AnswerRoom.Held> held = new ConcurrentLinkedQueue<>();
				CountDownLatch done = new CountDownLatch(ANSWERS);
				for (int i = 0; i < ANSWERS; i++) {
					Thread.ofPlatform().daemon().start(() -> {
						try (UpstreamCall call = client.open(origin)) {
							call.exchange(new UpstreamRequest("GET", "/", List.of(), null, false));
							held.add(room.read(call));
						}
						catch (AnswerRoom.NoRoomException ex) {
							refused.incrementAndGet();
						}
						catch (UpstreamException ex) {
							throw new IllegalStateException(ex);
						}
						finally {
							done.countDown();
						}
					});
				}
				if (!done.await(90, TimeUnit.SECONDS) || held.size() + refused.get() != ANSWERS) {
					throw new IllegalStateException(held.size() + " held, " + refused + " refused");
				}
				System.out.printf("%d answers of %d MiB at once, %s: %d held, %d told to come again, peak %d MiB%n",
						ANSWERS, ANSWER_MIB, HEAP, held.size(), refused.get(), peak() >> 20);
				held.forEach(AnswerRoom.Held::close);
				try (UpstreamCall call = client.open(origin)) {
					call.exchange(new UpstreamRequest("GET", "/", List.of(), null, false));
					room.read(call).close();
				}
			}
		}

		private static long peak() {
			return ManagementFactory.getMemoryPoolMXBeans()
				.stream()
				.filter((pool) -> pool.getType() == MemoryType.HEAP)
				.map(MemoryPoolMXBean::getPeakUsage)
				.mapToLong((usage) -> usage.getUsed())
				.sum();
		}

		private static ServerSocket provider() throws IOException {
			ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
			Thread.ofPlatform().daemon().start(() -> {
				while (!listener.isClosed()) {
					try {
						Socket socket = listener.accept();
						Thread.ofPlatform().daemon().start(() -> answer(socket));
					}
					catch (IOException ex) {
						// the end
					}
				}
			});
			return listener;
		}

		private static void answer(Socket socket) {
			try (socket; InputStream in = socket.getInputStream(); OutputStream out = socket.getOutputStream()) {
				in.read(new byte[4096]);
				out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
						+ ((long) ANSWER_MIB << 20) + "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
				byte[] piece = new byte[64 * 1024];
				for (int i = 0; i < ANSWER_MIB * 16; i++) {
					out.write(piece);
				}
			}
			catch (IOException ex) {
				// whoever was refused has gone
			}
		}

	}

}
