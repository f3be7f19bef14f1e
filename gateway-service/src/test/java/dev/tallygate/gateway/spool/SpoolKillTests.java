package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.spool.SpoolDirectory.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that keeps books is killed at random points, over and over, on one and the
 * same spool.
 */
class SpoolKillTests {

	private static final int ROUNDS = Integer.getInteger("tallygate.test.kills", 12);

	@TempDir
	private Path directory;

	@Test
	void noCallIsLostOrDoubledWhereverTheGatewayIsKilled() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		Path facts = this.directory.resolve("facts");
		Path spool = this.directory.resolve("spool");
		for (int round = 0; round < ROUNDS; round++) {
			long before = Files.exists(facts) ? Files.size(facts) : 0;
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
					Bookkeeper.class.getName(), spool.toString(), facts.toString(), String.valueOf(random.nextLong()))
				.redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("output").toFile())
				.start();
			Awaitility.await()
				.pollInterval(Duration.ofMillis(5))
				.atMost(Duration.ofSeconds(20))
				.until(() -> !process.isAlive() || (Files.exists(facts) && Files.size(facts) > before));
			assertThat(process.isAlive()).as(Files.readString(this.directory.resolve("output"))).isTrue();
			TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
			process.destroyForcibly().waitFor();
		}
		check(spool, Files.readAllLines(facts), "seed " + seed);
	}

	private static void check(Path directory, List<String> facts, String seed) throws Exception {
		Set<String> opened = new HashSet<>();
		Set<String> voiding = new HashSet<>();
		Set<String> voided = new HashSet<>();
		Map<String, String> settledBySeq = new HashMap<>();
		Map<String, String> sentBySeq = new HashMap<>();
		for (String fact : facts) {
			String[] words = fact.split(" ", -1);
			if (!fact.endsWith(".")) {
				continue;
			}
			switch (words[0]) {
				case "opened" -> opened.add(words[1]);
				case "voiding" -> voiding.add(words[1]);
				case "voided" -> voided.add(words[1]);
				case "settled" -> assertThat(settledBySeq.put(words[2], words[1])).as(seed).isNull();
				case "sent" -> assertThat(sentBySeq.put(words[2], words[1])).as(seed).isIn(null, words[1]);
				default -> throw new AssertionError(fact);
			}
		}
		try (Spool spool = Fixtures.spool(directory)) {
			for (Sendable event : Fixtures.eventsOf(spool)) {
				UsageSettled call = (UsageSettled) EventCodec.decode(event.payload()).data();
				assertThat(sentBySeq.put(String.valueOf(event.seq()), call.callId().toString())).as(seed)
					.isIn(null, call.callId().toString());
			}
		}
		assertThat(sentBySeq).as("what settled goes out with its seq, %s", seed).containsAllEntriesOf(settledBySeq);
		assertThat(sentBySeq.keySet()).as("no gap, %s", seed)
			.containsExactlyInAnyOrderElementsOf(
					LongStream.rangeClosed(1, sentBySeq.size()).mapToObj(String::valueOf).toList());
		assertThat(new HashSet<>(sentBySeq.values())).as("none twice, %s", seed).hasSize(sentBySeq.size());
		Set<String> expected = new HashSet<>(opened);
		expected.removeAll(voiding);
		assertThat(sentBySeq.values()).as("every open call is settled in the end, %s", seed).containsAll(expected);
		assertThat(sentBySeq.values()).as("a voided call leaves no event, %s", seed)
			.doesNotContainAnyElementsOf(voided);
		assertThat(settledBySeq.size()).as(seed).isGreaterThan(ROUNDS);
	}

	/** The child: says what it did only after the spool said so. */
	static final class Bookkeeper {

		private final Spool spool;

		private final Path facts;

		private Bookkeeper(Spool spool, Path facts) {
			this.spool = spool;
			this.facts = facts;
		}

		public static void main(String[] args) throws Exception {
			Spool spool = Fixtures.spool(Path.of(args[0]));
			Bookkeeper bookkeeper = new Bookkeeper(spool, Path.of(args[1]));
			long seed = Long.parseLong(args[2]);
			for (int thread = 0; thread < 3; thread++) {
				Random random = new Random(seed + thread);
				Thread.ofPlatform().start(() -> bookkeeper.keepBooks(random));
			}
			bookkeeper.send();
		}

		private void keepBooks(Random random) {
			while (true) {
				CallOpened call = Fixtures.call();
				SpooledCall open = this.spool.opened(call);
				say("opened " + call.callId());
				open.delivered(random.nextInt(100));
				this.spool.checkpoint();
				switch (random.nextInt(4)) {
					case 0 -> {
						say("voiding " + call.callId());
						this.spool.voided(open);
						say("voided " + call.callId());
					}
					case 1 -> {
						// Left open.
					}
					default -> {
						var own = this.spool.settled(open, Fixtures.completed(1, 2));
						say("settled " + call.callId() + ' ' + ((own != null) ? own.seq() : 0));
					}
				}
			}
		}

		private void send() throws Exception {
			long sent = this.spool.acknowledged().ordinal();
			while (true) {
				for (Sendable event : this.spool.after(sent, 50)) {
					UsageSettled call = (UsageSettled) EventCodec.decode(event.payload()).data();
					say("sent " + call.callId() + ' ' + event.seq());
					this.spool.acknowledge(new Watermark(event.ordinal(), event.seq()));
					sent = event.ordinal();
				}
				this.spool.tidy();
				TimeUnit.MILLISECONDS.sleep(3);
			}
		}

		/** One write per line, so that a kill leaves whole lines but for the last. */
		private synchronized void say(String fact) {
			try {
				Files.writeString(this.facts, fact + " .\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
