package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.simulator.Simulator;
import dev.tallygate.simulator.SimulatorConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

	/** In heap; 500 of them are to have 64 MiB. */
	private static final int KIBIBYTES_EACH = 131;

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

	/** Whoever has a connection to a provider goes on; whoever needs one is told. */
	@Test
	void whoFindsNoFileIsToldSoAndTheOthersGoOn() throws Exception {
		try (GatewayProcess gateway = GatewayProcess.start(this.simulator, FILES, "-Xmx128m", "-XX:+UseSerialGC")) {
			for (Road road : Road.values()) {
				try (Wire wire = Wire.kept(gateway.port())) {
					gateway.tell("open all");
					assertThat(wire.thenPost(road.path, road.ask("one", ""))).as(() -> road + ": " + gateway.said())
						.startsWith("HTTP/1.1 503")
						.contains("\"code\":\"overloaded\"", "retry-after: ", "open no more connections");
				}
				gateway.tell("release");
			}
			gateway.tell("clear");
			Running whole = Running.on(gateway, Road.MESSAGES, "output=40 delay=50ms");
			Running cut = Running.on(gateway, Road.CHAT_ON_MESSAGES, "output=40 delay=50ms fault=fin@20");
			gateway.tell("open all");
			assertThat(whole.end()).as(gateway::said)
				.contains(Road.MESSAGES.done())
				.doesNotContain(Road.MESSAGES.error());
			assertThat(cut.end()).as(gateway::said)
				.contains(Road.CHAT_ON_MESSAGES.error())
				.doesNotContain(Road.CHAT_ON_MESSAGES.done());
			assertThat(gateway.tell("settled")).contains("COMPLETED=1", "INTERRUPTED=1");
			gateway.tell("release");
			for (Road road : Road.values()) {
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(ask(gateway, road)).as("%s", road).startsWith("HTTP/1.1 200"));
			}
		}
	}

	/** They hold little that others need, and are cut when they were waited for. */
	@Test
	void callersWhoDoNotReadAreCutAndTakeNothingFromOthers() throws Exception {
		callersDoNotRead(STALLED, List.of(Road.values()));
	}

	/**
	 * A translated response is told once more at its end, so most is kept of it, and the
	 * others would hide that. As many as there is room for what answers keep.
	 */
	@Test
	void norDoThoseOfResponsesThatAreTranslated() throws Exception {
		callersDoNotRead(STALLED / 2, List.of(Road.RESPONSES_ON_MESSAGES));
	}

	private void callersDoNotRead(int callers, List<Road> roads) throws Exception {
		try (GatewayProcess gateway = GatewayProcess.start(this.simulator, 0, "-Xmx256m", "-XX:+UseSerialGC")) {
			for (Road road : Road.values()) {
				assertThat(stream(gateway, road, "output=5")).as("%s", road).contains(road.done());
				// Those who are cut are counted by a tokenizer, which is loaded for good.
				assertThat(stream(gateway, road, "output=5 fault=fin@3")).as("%s", road).contains(road.error());
			}
			long before = mebibytes(gateway.tell("clear"));
			Duration idle = gateway.computed();
			List<Wire> stalled = new ArrayList<>();
			long began = System.nanoTime();
			try {
				for (int i = 0; i < callers; i++) {
					Road road = roads.get(i % roads.size());
					stalled.add(Wire.postWithoutRoom(gateway.port(), road.path,
							road.ask("one [[sim: output=800 size=2000]]", ",\"stream\":true")));
				}
				Map<Road, Running> good = new EnumMap<>(Road.class);
				for (Road road : Road.values()) {
					good.put(road, Running.on(gateway, road, "output=20 delay=50ms"));
				}
				long begun = System.nanoTime();
				Duration computed = gateway.computed().minus(idle);
				long during = mebibytes(gateway.tell("live"));
				good.forEach((road, stream) -> assertThat(stream.end()).as("%s", road)
					.contains(road.done())
					.doesNotContain(road.error()));
				long ended = System.nanoTime();
				await().atMost(PATIENCE)
					.untilAsserted(
							() -> assertThat(gateway.tell("settled")).contains("CLIENT_DISCONNECTED=" + callers));
				long cut = System.nanoTime() - began;
				System.out.printf(
						"%d callers of %s who do not read: %d streams begun beside them within %d ms (%d ms computed), ended after"
								+ " %d ms more;"
								+ " all cut %d ms after the first came, %d ms allowed; %d MiB live before, %d during%n",
						callers, (roads.size() == 1) ? roads.getFirst() : "every road", good.size(),
						millis(begun - began), computed.toMillis(), millis(ended - begun), millis(cut),
						GatewayProcess.CALLERS_PATIENCE.toMillis(), before, during);
				assertThat(cut).isGreaterThan(GatewayProcess.CALLERS_PATIENCE.toNanos());
				// What is live is told in whole MiB, before and during.
				assertThat(during - before).as("MiB of heap")
					.isLessThanOrEqualTo(Math.ceilDiv((callers + good.size()) * KIBIBYTES_EACH, 1024) + 1);
				assertThat(gateway.tell("settled")).contains("COMPLETED=" + good.size());
			}
			finally {
				for (Wire each : stalled) {
					each.close();
				}
			}
		}
	}

	private static long millis(long nanos) {
		return TimeUnit.NANOSECONDS.toMillis(nanos);
	}

	private static long mebibytes(String live) {
		return Long.parseLong(live.split(" ", -1)[0]);
	}

	/** Live data fill 95 % of it: who runs goes on to the end, nobody else gets in. */
	@ParameterizedTest
	@ValueSource(strings = { "-XX:+UseSerialGC", "-XX:+UseG1GC" })
	void aFullHeapShedsNewCallsAndNoStreamThatRuns(String collector) throws Exception {
		try (GatewayProcess gateway = GatewayProcess.start(this.simulator, 0, "-Xmx128m", collector)) {
			Map<Road, List<Running>> streams = new EnumMap<>(Road.class);
			for (Road road : Road.values()) {
				for (int i = 0; i < STREAMS_EACH; i++) {
					streams.computeIfAbsent(road, (key) -> new ArrayList<>())
						.add(Running.on(gateway, road, "output=50 delay=50ms"));
				}
			}
			String filled = gateway.tell("fill 95");
			// Whether the heap is full is asked of the JVM ten times a second.
			await().atMost(Duration.ofSeconds(1))
				.untilAsserted(() -> assertThat(ask(gateway, Road.CHAT)).startsWith("HTTP/1.1 503"));

			for (Road road : Road.values()) {
				assertThat(ask(gateway, road)).as("%s", road)
					.startsWith("HTTP/1.1 503")
					.contains("\"code\":\"overloaded\"", "retry-after: ", "no memory");
			}
			streams.forEach((road,
					each) -> each.forEach((stream) -> assertThat(stream.end())
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

	private static String ask(GatewayProcess gateway, Road road) throws IOException {
		try (Wire wire = Wire.post(gateway.port(), road.path, road.ask("one [[sim: output=3]]", ""))) {
			return wire.readToEnd();
		}
	}

	private static String stream(GatewayProcess gateway, Road road, String directives) throws IOException {
		try (Wire wire = Wire.post(gateway.port(), road.path,
				road.ask("one [[sim: " + directives + "]]", ",\"stream\":true"))) {
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
