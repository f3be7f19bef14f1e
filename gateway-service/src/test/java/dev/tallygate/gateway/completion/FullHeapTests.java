package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in a process of its own whose heap fills up: it lets nothing more in before
 * memory runs out, what is open goes on to its end, and it lets calls in again when there
 * is room.
 */
class FullHeapTests {

	@TempDir
	private Path directory;

	@Test
	void shedsNewCallsAndKeepsWhatIsOpen() throws Exception {
		Path output = this.directory.resolve("output");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx192m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-cp",
				System.getProperty("java.class.path"), Filling.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(() -> said(output)).isTrue();
			assertThat(process.exitValue()).as(() -> said(output)).isZero();
		}
		finally {
			process.destroyForcibly();
		}
		said(output).lines().filter((line) -> line.contains("MiB")).forEach(System.out::println);
	}

	private static String said(Path output) {
		try {
			return Files.readString(output);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/** The process. */
	static final class Filling {

		private static final int SHED_AT = 85;

		private static final int FULL = 95;

		public static void main(String[] args) throws Exception {
			try (TestGateway gateway = TestGateway.with().heap(SHED_AT, Duration.ofSeconds(1)).start()) {
				run(gateway);
				System.exit(0);
			}
			catch (Throwable ex) {
				ex.printStackTrace();
				System.exit(1);
			}
		}

		private static void run(TestGateway gateway) throws Exception {
			List<byte[]> live = new ArrayList<>();
			assertThat(post(gateway, Road.CHAT).statusCode()).isEqualTo(200);
			gateway.calls.clear();
			fill(live, SHED_AT - 10);
			Map<Road, Wire> open = new EnumMap<>(Road.class);
			for (Road road : Road.values()) {
				open.put(road, Wire.post(gateway, road.path,
						road.ask("one [[sim: output=60 delay=100ms]]", ",\"stream\":true")));
			}
			for (Wire each : open.values()) {
				each.readEvents(1);
			}
			fill(live, FULL);

			for (Road road : Road.values()) {
				HttpResponse<String> refused = post(gateway, road);
				assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
				assertThat(refused.body()).contains("\"code\":\"overloaded\"");
				assertThat(refused.headers().firstValue("retry-after")).isPresent();
			}
			assertThat(gateway.calls.requests()).as("the others never got so far").hasSize(open.size());
			for (Map.Entry<Road, Wire> each : open.entrySet()) {
				assertThat(each.getValue().readToEnd()).as("%s", each.getKey()).contains(each.getKey().done());
			}
			await().until(() -> gateway.calls.open() == 0);
			assertThat(gateway.calls.settled()).extracting(UsageSettled::status)
				.hasSize(open.size())
				.containsOnly(Status.COMPLETED);
			System.out.printf(
					"%d MiB of the old generation live, of %d: %d calls went on, %d were told to come again%n",
					old().getCollectionUsage().getUsed() >> 20, old().getUsage().getMax() >> 20, open.size(),
					Road.values().length);

			live.clear();
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(post(gateway, Road.CHAT).statusCode()).isEqualTo(200));
		}

		/** Until so many per cent of the old generation are live. */
		private static void fill(List<byte[]> live, int percent) {
			System.gc();
			while (old().getCollectionUsage().getUsed() < old().getUsage().getMax() / 100 * percent) {
				live.add(new byte[1024 * 1024]);
				System.gc();
			}
		}

		private static MemoryPoolMXBean old() {
			return ManagementFactory.getMemoryPoolMXBeans()
				.stream()
				.filter((pool) -> pool.getName().contains("Tenured"))
				.findFirst()
				.orElseThrow();
		}

		private static HttpResponse<String> post(TestGateway gateway, Road road) throws Exception {
			return gateway.post(road.path, road.ask("two [[sim: output=3]]", ""));
		}

	}

}
