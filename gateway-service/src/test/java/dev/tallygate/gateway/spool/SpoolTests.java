package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.SourceClosed;
import dev.tallygate.events.UndecodableEventException;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.spool.SpoolDirectory.Watermark;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class SpoolTests {

	@TempDir
	private Path directory;

	@Test
	void aSettledCallIsTheEventThatGoesOut() throws Exception {
		CallOpened call = Fixtures.call();
		try (Spool spool = Fixtures.spool(this.directory)) {
			spool.settled(spool.opened(call), Fixtures.completed(1000, 500));
			CloudEvent<?> event = decode(Fixtures.eventsOf(spool).getFirst());
			assertThat(event.id()).isEqualTo(call.callId().value());
			assertThat(event.seq()).isEqualTo(1);
			assertThat(event.source()).isEqualTo(spool.source()).startsWith("/gateway/test/");
			assertThat(event.data()).isInstanceOfSatisfying(UsageSettled.class, (settled) -> {
				assertThat(settled.costNanos()).isEqualTo(new NanoUsd(1_050_000));
				assertThat(settled.startedAt()).isEqualTo(call.startedAt());
			});
		}
	}

	@Test
	void numbersGoOnAfterARestart() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 3);
		}
		String source;
		try (Spool spool = Fixtures.spool(this.directory)) {
			source = spool.source();
			settle(spool, 2);
			assertThat(seqs(spool)).containsExactly(1L, 2L, 3L, 4L, 5L);
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.source()).isEqualTo(source);
		}
	}

	@Test
	void aCallOpenAtTheEndIsSettledAsAbandonedOnce() throws Exception {
		CallOpened call = Fixtures.call();
		try (Spool spool = Fixtures.spool(this.directory)) {
			SpooledCall open = spool.opened(call);
			open.delivered(7);
			spool.checkpoint();
			open.delivered(9);
			spool.voided(spool.opened(Fixtures.call()));
		}
		for (int start = 0; start < 2; start++) {
			try (Spool spool = Fixtures.spool(this.directory)) {
				List<Sendable> events = Fixtures.eventsOf(spool);
				assertThat(events).hasSize(1);
				UsageSettled settled = (UsageSettled) decode(events.getFirst()).data();
				assertThat(settled.callId()).isEqualTo(call.callId());
				assertThat(settled.status()).isEqualTo(Status.ABANDONED);
				assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
				assertThat(settled.inputTokens()).isEqualTo(100);
				assertThat(settled.outputTokens()).isEqualTo(7);
				assertThat(settled.requestModel()).isEqualTo(call.request().requestModel());
				assertThat(spool.takeEarlierCalls().lastSeq()).isEqualTo(1);
			}
		}
	}

	@Test
	void aSecondProcessIsRefusedInOneClearLine() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.openCalls()).isEmpty();
			assertThatExceptionOfType(UnusableSpoolException.class).isThrownBy(() -> Fixtures.spool(this.directory))
				.withMessageContaining("in use by another gateway process")
				.withMessageContaining(this.directory.toString());
		}
	}

	@Test
	void acknowledgedSegmentsGoAndTheNumbersStay() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 200);
			assertThat(segments()).hasSizeGreaterThan(5);
			spool.acknowledge(new Watermark(200, 200));
			spool.tidy();
			assertThat(segments()).hasSize(1);
			assertThat(spool.state().depth()).isZero();
			assertThat(spool.state().oldestUnsent()).isZero();
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.acknowledged()).isEqualTo(new Watermark(200, 200));
			settle(spool, 1);
			assertThat(spool.after(200, 10)).singleElement().extracting(Sendable::seq).isEqualTo(201L);
		}
	}

	@Test
	void whatBudgetServiceHasNotCountedIsKept() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			spool.keepUntilCounted(() -> 0);
			settle(spool, 200);
			spool.acknowledge(new Watermark(200, 200));
			spool.tidy();
			assertThat(segments()).hasSizeGreaterThan(5);
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.takeEarlierCalls().lastSeq()).isEqualTo(200);
		}
	}

	@Test
	void aLongOpenCallDoesNotHoldTheLogUp() throws Exception {
		CallOpened call = Fixtures.call();
		try (Spool spool = Fixtures.spool(this.directory)) {
			SpooledCall open = spool.opened(call);
			open.delivered(5);
			spool.checkpoint();
			settle(spool, 200);
			spool.acknowledge(new Watermark(200, 200));
			spool.tidy();
			assertThat(segments()).hasSize(1);
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			UsageSettled settled = (UsageSettled) decode(spool.after(200, 10).getFirst()).data();
			assertThat(settled.callId()).isEqualTo(call.callId());
			assertThat(settled.status()).isEqualTo(Status.ABANDONED);
			assertThat(settled.outputTokens()).isEqualTo(5);
		}
	}

	@Test
	void aTornTailIsCutOffWhereverItTore() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 5);
		}
		byte[] whole = Files.readAllBytes(segments().getFirst());
		for (int length = whole.length; length > whole.length - 700; length -= 13) {
			Path copy = Files.createTempDirectory(this.directory, "torn");
			Files.copy(this.directory.resolve("source"), copy.resolve("source"));
			Files.write(copy.resolve(segments().getFirst().getFileName()), Arrays.copyOf(whole, length));
			try (Spool spool = Fixtures.spool(copy)) {
				List<Long> seqs = seqs(spool);
				assertThat(seqs).as("%d bytes", length).isEqualTo(LongStream.rangeClosed(1, 5).boxed().toList());
				assertThat(spool.damagedStretches()).isZero();
			}
		}
	}

	@Test
	void aFlippedBitCostsOneRecordAndIsNoticed() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 20);
		}
		Path segment = segments().getFirst();
		byte[] whole = Files.readAllBytes(segment);
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 20; round++) {
			byte[] flipped = whole.clone();
			flipped[random.nextInt(whole.length - 2000)] ^= (byte) (1 << random.nextInt(8));
			Path copy = Files.createTempDirectory(this.directory, "flipped");
			Files.copy(this.directory.resolve("source"), copy.resolve("source"));
			Files.write(copy.resolve(segment.getFileName()), flipped);
			for (Path other : segments().subList(1, segments().size())) {
				Files.copy(other, copy.resolve(other.getFileName()));
			}
			try (Spool spool = Fixtures.spool(copy)) {
				List<Sendable> events = Fixtures.eventsOf(spool);
				assertThat(spool.damagedStretches()).as("seed %d", seed).isEqualTo(1);
				assertThat(events).as("seed %d", seed).hasSizeBetween(19, 20);
				assertThat(events.stream().map(Sendable::seq).distinct()).hasSize(events.size());
			}
		}
	}

	@Test
	void aFullDiskStopsNobodyAndLosesNothing() throws IOException {
		List<Exception> failures = new ArrayList<>();
		FullDisk disk = new FullDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			spool.listener(new SpoolListener() {

				@Override
				public void writeFailed(Exception cause) {
					failures.add(cause);
				}

				@Override
				public void lost(RecordType type) {
					throw new AssertionError(type);
				}

			});
			settle(spool, 10);
			disk.full = true;
			settle(spool, 50);
			assertThat(spool.state().writing()).isFalse();
			assertThat(failures).isNotEmpty();
			assertThat(seqs(spool)).as("sent all the same").hasSize(60);
			spool.retryHeld();
			assertThat(spool.state().heldBytes()).isPositive();
			disk.full = false;
			spool.retryHeld();
			assertThat(spool.state().writing()).isTrue();
			assertThat(spool.state().heldBytes()).isZero();
			settle(spool, 10);
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(seqs(spool)).isEqualTo(LongStream.rangeClosed(1, 70).boxed().toList());
			assertThat(spool.damagedStretches()).isZero();
		}
	}

	@Test
	void whenMemoryIsFullTooTheLossIsSaidAndNoSeqIsSpent() throws IOException {
		List<RecordType> lost = new ArrayList<>();
		FullDisk disk = new FullDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			spool.listener(new SpoolListener() {

				@Override
				public void writeFailed(Exception cause) {
				}

				@Override
				public void lost(RecordType type) {
					lost.add(type);
				}

			});
			disk.full = true;
			settle(spool, 10_000);
			assertThat(lost).contains(RecordType.SETTLED);
			disk.full = false;
			spool.retryHeld();
			settle(spool, 1);
			List<Long> seqs = seqs(spool);
			assertThat(seqs).isEqualTo(LongStream.rangeClosed(1, seqs.size()).boxed().toList());
		}
	}

	@Test
	void whatKafkaHasNeedsNoDisk() throws IOException {
		int calls = 200_000;
		List<RecordType> lost = new ArrayList<>();
		FullDisk disk = new FullDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			spool.listener(new SpoolListener() {

				@Override
				public void writeFailed(Exception cause) {
				}

				@Override
				public void lost(RecordType type) {
					lost.add(type);
				}

			});
			SpooledCall before = spool.opened(Fixtures.call());
			SpooledCall longer = spool.opened(Fixtures.call());
			disk.full = true;
			spool.settled(before, Fixtures.completed(1, 1));
			long most = 0;
			for (int i = 0; i < calls; i++) {
				SpooledCall call = spool.opened(Fixtures.call());
				call.delivered(1);
				if (i % 1000 == 0) {
					spool.checkpoint();
				}
				if (i % 3 == 0) {
					spool.voided(call);
				}
				else {
					spool.settled(call, Fixtures.completed(10, i));
				}
				if (i % 100 == 0) {
					List<Sendable> sent = spool.after(spool.acknowledged().ordinal(), 1000);
					spool.acknowledge(new Watermark(sent.getLast().ordinal(), sent.getLast().seq()));
					most = Math.max(most, spool.state().heldBytes());
				}
			}
			System.out.println("a full disk while Kafka takes " + calls + " calls: " + lost.size()
					+ " records lost, at most " + most + " bytes held");
			assertThat(lost).isEmpty();
			assertThat(most).isLessThan(500_000);
			List<Sendable> last = spool.after(spool.acknowledged().ordinal(), 1000);
			spool.acknowledge(new Watermark(last.getLast().ordinal(), last.getLast().seq()));
			assertThat(spool.state().writing()).isFalse();
			assertThat(spool.state().heldBytes()).as("that a call ended whose beginning is on the disk")
				.isLessThan(500);
			disk.full = false;
			spool.retryHeld();
			assertThat(spool.state().writing()).isTrue();
			spool.voided(longer);
			spool.tidy();
			settle(spool, 1);
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.abandonedCalls()).isZero();
			assertThat(spool.after(spool.acknowledged().ordinal(), 10)).singleElement()
				.extracting(Sendable::seq)
				.isEqualTo(spool.acknowledged().seq() + 1);
		}
	}

	@Test
	void aSeqThatMayHaveGoneOutIsNeverGivenAgainWhateverAPowerCutTakes() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 5);
			spool.force();
			Path segment = segments().getFirst();
			long forced = Files.size(segment);
			settle(spool, 5);
			spool.sending(10);
			for (boolean watermarkTorn : new boolean[] { false, true }) {
				Path copy = Files.createTempDirectory(this.directory, "cut");
				Files.copy(this.directory.resolve("source"), copy.resolve("source"));
				Files.copy(this.directory.resolve("acknowledged"), copy.resolve("acknowledged"));
				if (watermarkTorn) {
					spool.acknowledge(new Watermark(7, 7));
					spool.tidy();
					byte[] both = Files.readAllBytes(this.directory.resolve("acknowledged"));
					both[10] ^= 1;
					Files.write(copy.resolve("acknowledged"), both);
				}
				Files.write(copy.resolve(segment.getFileName()),
						Arrays.copyOf(Files.readAllBytes(segment), (int) forced));
				try (Spool after = Fixtures.spool(copy)) {
					settle(after, 1);
					assertThat(seqs(after).getLast()).isEqualTo(11);
				}
			}
		}
	}

	@Test
	void aLongOpenCallOutlivesAPowerCutAfterItsSegmentWent() throws Exception {
		CallOpened call = Fixtures.call();
		ForgetfulDisk disk = new ForgetfulDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			spool.opened(call).delivered(5);
			spool.checkpoint();
			spool.force();
			settle(spool, 200);
			spool.acknowledge(new Watermark(200, 200));
			spool.tidy();
			assertThat(segments()).hasSize(1);
			try (Spool after = Fixtures.spool(disk.powerCut(this.directory))) {
				assertThat(after.abandonedCalls()).isEqualTo(1);
				UsageSettled settled = (UsageSettled) decode(after.after(200, 10).getFirst()).data();
				assertThat(settled.callId()).isEqualTo(call.callId());
				assertThat(settled.outputTokens()).isEqualTo(5);
			}
		}
	}

	@Test
	void aCallThatSettledLateOutlivesAPowerCutAfterItsSegmentWent() throws Exception {
		CallOpened call = Fixtures.call();
		ForgetfulDisk disk = new ForgetfulDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			SpooledCall open = spool.opened(call);
			spool.force();
			settle(spool, 200);
			spool.settled(open, Fixtures.completed(10, 10));
			spool.acknowledge(new Watermark(200, 200));
			spool.tidy();
			try (Spool after = Fixtures.spool(disk.powerCut(this.directory))) {
				assertThat(after.after(200, 10)).singleElement().satisfies((event) -> {
					assertThat(decode(event).id()).isEqualTo(call.callId().value());
					assertThat(event.seq()).isEqualTo(201);
				});
			}
		}
	}

	/**
	 * The disk takes nothing and Kafka is away: what says that a call ended is in memory
	 * alone, and goes with the process.
	 */
	@Test
	void theBeginningOfACallStaysWhileItsEndIsInMemory() throws IOException {
		FullDisk disk = new FullDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			settle(spool, 100);
			SpooledCall open = spool.opened(Fixtures.call());
			settle(spool, 100);
			disk.full = true;
			spool.settled(open, Fixtures.completed(10, 10));
			spool.acknowledge(new Watermark(200, 200));
			int before = segments().size();
			spool.tidy();
			assertThat(segments()).as("those before it go").hasSizeLessThan(before);
			try (Spool after = Fixtures.spool(copy())) {
				assertThat(after.abandonedCalls()).isEqualTo(1);
			}
			disk.full = false;
			spool.retryHeld();
			spool.tidy();
			assertThat(segments()).hasSize(1);
			try (Spool after = Fixtures.spool(copy())) {
				assertThat(after.abandonedCalls()).isZero();
				assertThat(after.after(200, 10)).hasSize(1);
			}
		}
	}

	/** A kill leaves it to the system to write, and a power cut may come first. */
	@Test
	void whatAStartFindsIsOnTheDiskBeforeItIsReliedOn() throws Exception {
		CallOpened call = Fixtures.call();
		Path killed;
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 100);
			spool.settled(spool.opened(call), Fixtures.completed(10, 10));
			killed = copy();
		}
		ForgetfulDisk disk = new ForgetfulDisk();
		try (Spool spool = Spool.open(Fixtures.properties(killed), "test", disk, Clock.systemUTC())) {
			assertThat(spool.abandonedCalls()).isZero();
			try (Spool after = Fixtures.spool(disk.powerCut(killed))) {
				assertThat(seqs(after)).hasSize(101);
			}
		}
	}

	@Test
	void aClockThatIsSetMakesNothingOlder() throws IOException {
		Instant[] now = { Instant.parse("2026-11-21T10:00:00Z") };
		InstantSource source = () -> now[0];
		Clock clock = source.withZone(ZoneOffset.UTC);
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", SegmentOutput::file, clock)) {
			settle(spool, 1);
			now[0] = now[0].plus(Duration.ofHours(1));
			settle(spool, 1);
			assertThat(spool.state().oldestUnsent()).isPositive().isLessThan(Duration.ofMinutes(30));
			now[0] = now[0].minus(Duration.ofHours(2));
			settle(spool, 1);
			assertThat(spool.state().oldestUnsent()).isPositive().isLessThan(Duration.ofMinutes(30));
		}
	}

	/** An event that is written between a look and the wait is not waited past. */
	@Test
	void whoWaitsForAnEventMissesNone() throws Exception {
		try (Spool spool = Fixtures.spool(this.directory)) {
			int events = 5_000;
			CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
				for (int i = 1; i <= events; i++) {
					while (spool.acknowledged().ordinal() < i - 1) {
						Thread.onSpinWait();
					}
					settle(spool, 1);
				}
			});
			for (int i = 1; i <= events; i++) {
				assertThat(spool.awaitAfter(i - 1, Duration.ofSeconds(20))).as("event %d", i).isTrue();
				spool.acknowledge(new Watermark(i, i));
			}
			written.get(10, TimeUnit.SECONDS);
			assertThat(spool.awaitAfter(events, Duration.ofMillis(1))).isFalse();
		}
	}

	/** What waits and cannot be read is no reason to look again and again. */
	@Test
	void whoWaitsAfterTheLastEventIsNotWokenByWhatCannotBeRead() throws Exception {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 3);
			long last = spool.lastOrdinal();
			assertThat(spool.acknowledged().ordinal()).isZero();
			assertThat(spool.awaitAfter(last, Duration.ofMillis(20))).isFalse();
			settle(spool, 1);
			assertThat(spool.awaitAfter(last, Duration.ofSeconds(20))).isTrue();
		}
	}

	/** What another process would find if this one were killed now. */
	private Path copy() throws IOException {
		Path copy = Files.createTempDirectory(this.directory, "killed");
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Files.copy(file, copy.resolve(file.getFileName()));
			}
		}
		return copy;
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nothingGoesBeforeTheRestIsOnTheDisk(boolean completeOnesAre) throws Exception {
		CallOpened call = Fixtures.call();
		ForgetfulDisk disk = new ForgetfulDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			spool.opened(call);
			spool.force();
			settle(spool, 200);
			spool.acknowledge(new Watermark(200, 200));
			if (completeOnesAre) {
				spool.force();
			}
			disk.broken = true;
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(IOException.class).isThrownBy(spool::tidy);
			}
			assertThat(segments()).hasSizeGreaterThan(5);
			assertThat(spool.state().bytes()).isEqualTo(sizeOf(segments()));
			try (Spool after = Fixtures.spool(disk.powerCut(this.directory))) {
				assertThat(after.abandonedCalls()).isEqualTo(1);
			}
			disk.broken = false;
			spool.tidy();
			try (Spool after = Fixtures.spool(disk.powerCut(this.directory))) {
				assertThat(after.abandonedCalls()).as("what the disk had given up is written anew").isEqualTo(1);
			}
			spool.tidy();
			assertThat(segments()).hasSize(1);
			assertThat(spool.state().bytes()).isEqualTo(sizeOf(segments()));
			try (Spool after = Fixtures.spool(disk.powerCut(this.directory))) {
				assertThat(after.abandonedCalls()).isEqualTo(1);
			}
		}
	}

	@Test
	void whereNothingGoesNothingIsForced() throws IOException {
		ForgetfulDisk disk = new ForgetfulDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			settle(spool, 200);
			spool.acknowledge(new Watermark(100, 100));
			spool.tidy();
			int forces = disk.forces.get();
			for (int i = 0; i < 10; i++) {
				settle(spool, 1);
				spool.tidy();
			}
			assertThat(disk.forces).hasValue(forces);
		}
	}

	private static long sizeOf(List<Path> files) throws IOException {
		long size = 0;
		for (Path file : files) {
			size += Files.size(file);
		}
		return size;
	}

	@Test
	void theWatermarkOfEarlierVersionsIsRead() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 3);
		}
		java.nio.ByteBuffer old = java.nio.ByteBuffer.allocate(20).putLong(2).putLong(2);
		java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
		crc.update(old.array(), 0, 16);
		Files.write(this.directory.resolve("acknowledged"), old.putInt((int) crc.getValue()).array());
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.acknowledged()).isEqualTo(new Watermark(2, 2));
			settle(spool, 1);
			assertThat(seqs(spool)).containsExactly(1L, 2L, 3L, 4L);
		}
	}

	@Test
	void nobodyWaitsForADiskThatIsSlowToForce() throws Exception {
		AtomicInteger forces = new AtomicInteger();
		SegmentOutput.Factory slow = (path) -> {
			SegmentOutput file = SegmentOutput.file(path);
			return new SegmentOutput() {

				@Override
				public void write(long offset, byte[] bytes) throws IOException {
					file.write(offset, bytes);
				}

				@Override
				public void force() throws IOException {
					forces.incrementAndGet();
					LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
				}

				@Override
				public void close() throws IOException {
					file.close();
				}

			};
		};
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", slow, Clock.systemUTC())) {
			CompletableFuture<Integer> slowCalls = CompletableFuture.supplyAsync(() -> {
				int many = 0;
				for (int i = 0; i < 300; i++) {
					long start = System.nanoTime();
					settle(spool, 1);
					many += (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(250)) ? 1 : 0;
				}
				return many;
			});
			while (!slowCalls.isDone()) {
				spool.force();
				TimeUnit.MILLISECONDS.sleep(5);
			}
			spool.force();
			assertThat(segments()).as("it rolled").hasSizeGreaterThan(10);
			assertThat(forces).hasValueGreaterThan(10);
			// A busy machine may stop a thread that long once or twice.
			assertThat(slowCalls.get()).as("calls that waited for one of %d forces", forces.get())
				.isLessThanOrEqualTo(3);
		}
	}

	/**
	 * In a heap of 24 MiB, of which the directories of the jars take half: the clients'
	 * libraries, which other tests need, are left out of its class path.
	 */
	@Test
	void aRestartAfterALongOutageFitsIntoLittleMemory() throws Exception {
		Path facts = this.directory.resolve("facts");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx24m", "-cp", withoutClients(),
				LongOutage.class.getName(), this.directory.resolve("spool").toString(), facts.toString())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("output").toFile())
			.start();
		assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(Files.readString(this.directory.resolve("output"))).isZero();
		System.out.println(Files.readString(facts));
	}

	private static String withoutClients() {
		Pattern clients = Pattern
			.compile("openai|anthropic|langchain4j|spring-ai|kotlin|okhttp|okio|postgres|kafka_|scala|testcontainers");
		return Pattern.compile(Pattern.quote(File.pathSeparator))
			.splitAsStream(System.getProperty("java.class.path"))
			.filter((entry) -> !clients.matcher(Path.of(entry).getFileName().toString()).find())
			.collect(Collectors.joining(File.pathSeparator));
	}

	/** Fills a spool that nobody sends from, and opens it again. */
	static final class LongOutage {

		private static final int CALLS = 150_000;

		public static void main(String[] args) throws Exception {
			SpoolProperties properties = new SpoolProperties(Path.of(args[0]), DataSize.ofMegabytes(1),
					Duration.ofSeconds(1), Duration.ofSeconds(1), DataSize.ofMegabytes(4), DataSize.ofGigabytes(1),
					Duration.ofSeconds(10));
			CallOpened[] calls = new CallOpened[20];
			Arrays.setAll(calls, (i) -> Fixtures.call());
			try (Spool spool = Spool.open(properties, "test", SegmentOutput::file, Clock.systemUTC())) {
				for (int i = 0; i < CALLS; i++) {
					spool.settled(spool.opened(calls[i % calls.length]), Fixtures.completed(10, i));
				}
			}
			System.gc();
			long before = used();
			long start = System.nanoTime();
			try (Spool spool = Spool.open(properties, "test", SegmentOutput::file, Clock.systemUTC())) {
				long took = Duration.ofNanos(System.nanoTime() - start).toMillis();
				System.gc();
				Files.writeString(Path.of(args[1]),
						"restart with %,d calls in the spool: %,d KiB kept, %,d ms, heap 24 MiB".formatted(CALLS,
								(used() - before) / 1024, took));
				if (spool.takeEarlierCalls().lastSeq() != CALLS) {
					throw new AssertionError();
				}
			}
		}

		private static long used() {
			return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
		}

	}

	@Test
	void notesGoOutInOrderWithoutASeq() throws Exception {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 1);
			spool.note(CloudEvent.of(UuidV7.next(), spool.source(), Instant.now(), new SourceClosed(1, Instant.now())));
			settle(spool, 1);
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			List<Sendable> events = Fixtures.eventsOf(spool);
			assertThat(events).extracting(Sendable::seq).containsExactly(1L, 0L, 2L);
			assertThat(decode(events.get(1)).data()).isInstanceOf(SourceClosed.class);
		}
	}

	@Test
	void aWatermarkThatTearsOnlyMeansSendingAgain() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 3);
			spool.acknowledge(new Watermark(2, 2));
		}
		Files.write(this.directory.resolve("acknowledged"), new byte[8192], StandardOpenOption.WRITE);
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.acknowledged()).isEqualTo(Watermark.NONE);
			assertThat(seqs(spool)).containsExactly(1L, 2L, 3L);
		}
	}

	@Test
	void aSenderFarBehindReadsEverythingBackFromTheDisk() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 6000);
			assertThat(seqs(spool)).isEqualTo(LongStream.rangeClosed(1, 6000).boxed().toList());
		}
	}

	private static void settle(Spool spool, int calls) {
		for (int i = 0; i < calls; i++) {
			spool.settled(spool.opened(Fixtures.call()), Fixtures.completed(10, i));
		}
	}

	private static List<Long> seqs(Spool spool) throws IOException {
		return Fixtures.eventsOf(spool).stream().map(Sendable::seq).toList();
	}

	private List<Path> segments() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".segment")).sorted().toList();
		}
	}

	private static CloudEvent<?> decode(Sendable event) throws UndecodableEventException {
		return EventCodec.decode(event.payload());
	}

	/** Has of each file, after a power cut, what was forced and no more. */
	static final class ForgetfulDisk implements SegmentOutput.Factory {

		private final Map<Path, Long> forced = new ConcurrentHashMap<>();

		/** As systems do: what could not be written is given up, and not told again. */
		private final Set<Path> givenUp = ConcurrentHashMap.newKeySet();

		final AtomicInteger forces = new AtomicInteger();

		volatile boolean broken;

		@Override
		public SegmentOutput create(Path path) throws IOException {
			SegmentOutput file = SegmentOutput.file(path);
			return new SegmentOutput() {

				@Override
				public void write(long offset, byte[] bytes) throws IOException {
					file.write(offset, bytes);
				}

				@Override
				public void force() throws IOException {
					if (ForgetfulDisk.this.broken) {
						ForgetfulDisk.this.givenUp.add(path);
						throw new IOException("Input/output error");
					}
					ForgetfulDisk.this.forces.incrementAndGet();
					if (!ForgetfulDisk.this.givenUp.contains(path)) {
						ForgetfulDisk.this.forced.put(path, Files.size(path));
					}
				}

				@Override
				public void close() throws IOException {
					file.close();
				}

			};
		}

		@Override
		public void rewrite(Path path, byte[] bytes) throws IOException {
			SegmentOutput.Factory.super.rewrite(path, bytes);
			this.givenUp.remove(path);
			this.forced.put(path, (long) bytes.length);
		}

		@Override
		public void forceFound(Path path) throws IOException {
			this.forced.put(path, Files.size(path));
		}

		/** What a start would find if power went now. */
		Path powerCut(Path directory) throws IOException {
			Path copy = Files.createTempDirectory(directory, "cut");
			for (String file : List.of("source", "acknowledged")) {
				Files.copy(directory.resolve(file), copy.resolve(file));
			}
			try (Stream<Path> files = Files.list(directory)) {
				for (Path file : files.filter((each) -> each.toString().endsWith(".segment")).toList()) {
					Files.write(copy.resolve(file.getFileName()), Arrays.copyOf(Files.readAllBytes(file),
							Math.toIntExact(this.forced.getOrDefault(file, 0L))));
				}
			}
			return copy;
		}

	}

	/** Writes half of what it is given when it has no more room. */
	static final class FullDisk implements SegmentOutput.Factory {

		volatile boolean full;

		@Override
		public SegmentOutput create(Path path) throws IOException {
			check();
			SegmentOutput file = SegmentOutput.file(path);
			return new SegmentOutput() {

				@Override
				public void write(long offset, byte[] bytes) throws IOException {
					if (FullDisk.this.full) {
						file.write(offset, Arrays.copyOf(bytes, bytes.length / 2));
					}
					check();
					file.write(offset, bytes);
				}

				@Override
				public void force() throws IOException {
					file.force();
				}

				@Override
				public void close() throws IOException {
					file.close();
				}

			};
		}

		private void check() throws IOException {
			if (this.full) {
				throw new IOException("No space left on device");
			}
		}

	}

}
