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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A gateway that is short of memory. It runs in a process of its own that ends when
 * memory runs out, as the product's does.
 */
class ScarcityTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int STREAMS_EACH = Integer.getInteger("tallygate.test.streams", 1);

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
			Map<Road, List<Running>> streams = new EnumMap<>(Road.class);
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
