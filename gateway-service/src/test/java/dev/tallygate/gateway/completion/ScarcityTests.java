package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.simulator.BillRow;
import dev.tallygate.simulator.Simulator;
import dev.tallygate.simulator.SimulatorConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A gateway that is short of memory, of files, or of callers who read. It runs in a
 * process of its own that ends when memory runs out, as the product's does.
 */
class ScarcityTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int STREAMS_EACH = Integer.getInteger("tallygate.test.streams", 1);

	private static final int STALLED = Integer.getInteger("tallygate.test.stalled", 70);

	/** What its class path takes is among them. */
	private static final int FILES = 512;

	private Simulator simulator;

	@BeforeEach
	void start() throws IOException {
		this.simulator = Simulator.start(SimulatorConfig.onFreePort());
	}

	@AfterEach
	void stop() {
		this.simulator.close();
	}

	/** Live data fill 95 % of it: who runs goes on to the end, nobody else gets in. */
	@ParameterizedTest
	@ValueSource(strings = { "-XX:+UseSerialGC", "-XX:+UseG1GC" })
	void aFullHeapShedsNewCallsAndNoStreamThatRuns(String collector) throws Exception {
		try (GatewayProcess gateway = GatewayProcess.start(this.simulator, 0, "-Xmx128m", collector)) {
			Map<Road, List<Running>> streams = new ConcurrentHashMap<>();
			for (Road road : Road.values()) {
				for (int i = 0; i < STREAMS_EACH; i++) {
					streams.computeIfAbsent(road, (key) -> new ArrayList<>())
						.add(Running.on(gateway, road, "output=50 delay=50ms"));
				}
			}
			String filled = gateway.tell("fill 95");

			for (Road road : Road.values()) {
				assertThat(ask(gateway, road)).as("%s", road)
					.startsWith("HTTP/1.1 503")
					.contains("\"code\":\"overloaded\"", "retry-after: ", "no memory");
			}
			streams.forEach((road, each) -> each.forEach((stream) -> assertThat(stream.end())
				.as(() -> road + " in " + filled + ": " + gateway.said())
				.contains(road.done())
				.doesNotContain(road.error())));
			assertThat(gateway.isAlive()).as(gateway::said).isTrue();
			gateway.tell("release");
			for (Road road : Road.values()) {
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(ask(gateway, road)).as("%s", road).startsWith("HTTP/1.1 200"));
			}
			System.out.println(collector + ", heap of " + filled + " live: 7 new calls told to come again, "
					+ streams.size() * STREAMS_EACH + " streams whole; afterwards " + gateway.tell("live"));
		}
	}

	/** More callers than there are files for them and their providers. */
	@Test
	void whoFindsNoFileIsToldSoAndTheOthersGoOn() throws Exception {
		int callers = 600;
		try (GatewayProcess gateway = GatewayProcess.start(this.simulator, FILES, "-Xmx128m", "-XX:+UseSerialGC")) {
			for (Road road : Road.values()) {
				assertThat(ask(gateway, road)).as("%s", road).startsWith("HTTP/1.1 200");
			}
			Running stream = Running.on(gateway, Road.MESSAGES, "output=60 delay=50ms");
			List<Future<String>> answers = new ArrayList<>();
			try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
				for (int i = 0; i < callers; i++) {
					Road road = Road.values()[i % Road.values().length];
					answers.add(threads.submit(() -> stream(gateway, road)));
				}
			}
			int shed = 0;
			for (int i = 0; i < callers; i++) {
				Road road = Road.values()[i % Road.values().length];
				String answer = answers.get(i).get();
				if (answer.startsWith("HTTP/1.1 503")) {
					shed++;
					assertThat(answer).contains("\"code\":\"overloaded\"", "retry-after: ");
				}
				else {
					assertThat(answer).as(gateway::said).startsWith("HTTP/1.1 200").contains(road.done());
				}
			}
			System.out.println(callers + " callers at once, " + FILES + " files: " + shed
					+ " told to come again, the others served");
			assertThat(shed).as("it was too much").isPositive();
			assertThat(stream.end()).as(gateway::said)
				.contains(Road.MESSAGES.done())
				.doesNotContain(Road.MESSAGES.error());
			for (Road road : Road.values()) {
				assertThat(ask(gateway, road)).as("%s", road).startsWith("HTTP/1.1 200");
			}
		}
	}

	/** They hold nothing that others need, and are cut when they were waited for. */
	@Test
	void callersWhoDoNotReadAreCutAndTakeNothingFromOthers() throws Exception {
		try (GatewayProcess gateway = GatewayProcess.start(this.simulator, 0, "-Xmx256m", "-XX:+UseSerialGC")) {
			String before = gateway.tell("live");
			List<Wire> stalled = new ArrayList<>();
			long began = System.nanoTime();
			try {
				for (int i = 0; i < STALLED; i++) {
					Road road = Road.values()[i % Road.values().length];
					stalled.add(Wire.postWithoutRoom(gateway.port(), road.path,
							road.ask("one [[sim: output=1000 size=20000]]", ",\"stream\":true")));
				}
				Running good = Running.on(gateway, Road.CHAT, "output=20 delay=50ms");
				String during = gateway.tell("live");
				assertThat(good.end()).contains(Road.CHAT.done()).doesNotContain(Road.CHAT.error());
				await().atMost(PATIENCE).until(() -> aborted() == STALLED);
				long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
				System.out.println(STALLED + " callers who do not read: all cut " + took
						+ " ms after the first came, 2000 ms allowed; live before " + before + ", during " + during);
				assertThat(took).isGreaterThan(2000);
				assertThat(mebibytes(during) - mebibytes(before)).as("of heap for all of them").isLessThan(64);
				assertThat(gateway.tell("settled")).contains("CLIENT_DISCONNECTED=" + STALLED, "COMPLETED=1");
			}
			finally {
				for (Wire each : stalled) {
					each.close();
				}
			}
		}
	}

	private long aborted() {
		return this.simulator.bill()
			.billed()
			.stream()
			.filter((row) -> row.outcome() == BillRow.Outcome.ABORTED)
			.count();
	}

	private static long mebibytes(String live) {
		return Long.parseLong(live.split(" ", -1)[0]);
	}

	private static String ask(GatewayProcess gateway, Road road) throws IOException {
		try (Wire wire = Wire.post(gateway.port(), road.path, road.ask("one [[sim: output=3]]", ""))) {
			return wire.readToEnd();
		}
	}

	private static String stream(GatewayProcess gateway, Road road) throws IOException {
		try (Wire wire = Wire.post(gateway.port(), road.path,
				road.ask("one [[sim: output=5 delay=50ms]]", ",\"stream\":true"))) {
			return wire.readToEnd();
		}
	}

	/** A stream that has begun and is read by a thread of its own. */
	private record Running(Thread reader, StringBuilder seen) {

		static Running on(GatewayProcess gateway, Road road, String directives) throws IOException {
			Wire wire = Wire.post(gateway.port(), road.path,
					road.ask("one [[sim: " + directives + "]]", ",\"stream\":true"));
			wire.readEvents(2);
			StringBuilder seen = new StringBuilder();
			Thread reader = Thread.ofVirtual().start(() -> {
				try (wire) {
					seen.append(wire.readToEnd());
				}
				catch (IOException ex) {
					seen.append(ex);
				}
			});
			return new Running(reader, seen);
		}

		/** All that came, when nothing comes any more. */
		String end() {
			try {
				this.reader.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return this.seen.toString();
		}

	}

}
