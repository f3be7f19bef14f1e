package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.spool.SpoolDirectory.Watermark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a spool leaves behind that was closed in order. The first release reads it too:
 * records of the types 1 to 6, and a watermark of 20 bytes.
 */
class OrderlyStopTests {

	private static final int LAST_TYPE_OF_THE_FIRST_RELEASE = 6;

	@TempDir
	private Path folder;

	private Path directory;

	@BeforeEach
	void chooseDirectory() {
		this.directory = this.folder.resolve("spool");
	}

	@Test
	void whenNothingIsNeededOnlyTheNumbersAreLeft() throws IOException {
		String source;
		try (Spool spool = Fixtures.spool(this.directory)) {
			source = spool.source();
			spool.takeEarlierCalls();
			settle(spool, 200);
			spool.voided(spool.opened(Fixtures.call()));
			spool.acknowledge(new Watermark(200, 200));
		}

		assertThat(types()).containsExactly(RecordType.HEADER);
		assertThat(watermarkOfTheFirstRelease()).isEqualTo(new Watermark(200, 200));
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.source()).isEqualTo(source);
			assertThat(spool.acknowledged()).isEqualTo(new Watermark(200, 200));
			assertThat(spool.state().depth()).isZero();
			assertThat(spool.takeEarlierCalls().lastSeq()).isZero();
			settle(spool, 1);
			assertThat(spool.after(200, 10)).singleElement().extracting(Sendable::seq).isEqualTo(201L);
		}
	}

	@Test
	void theNumbersGoOnOverManyStartsThatHadNothingToDo() throws IOException {
		settled(3);
		for (int start = 0; start < 3; start++) {
			try (Spool spool = Fixtures.spool(this.directory)) {
				spool.keepUntilCounted(() -> 0);
				spool.takeEarlierCalls();
			}
			assertThat(types()).containsExactly(RecordType.HEADER);
			assertThat(watermarkOfTheFirstRelease()).isEqualTo(new Watermark(3, 3));
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 1);
			assertThat(spool.after(3, 10)).singleElement().extracting(Sendable::seq).isEqualTo(4L);
		}
	}

	@Test
	void whatKafkaDoesNotHaveStaysAllOfIt() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 200);
			spool.acknowledge(new Watermark(199, 199));
		}
		assertThat(types()).filteredOn(RecordType.SETTLED::equals).hasSize(200);
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.after(199, 10)).singleElement().extracting(Sendable::seq).isEqualTo(200L);
			assertThat(spool.takeEarlierCalls().lastSeq()).isEqualTo(200);
		}
	}

	@Test
	void whatBudgetServiceHasNotCountedStays() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			spool.keepUntilCounted(() -> 199);
			settle(spool, 200);
			spool.acknowledge(new Watermark(200, 200));
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.takeEarlierCalls().lastSeq()).isEqualTo(200);
		}
	}

	/** A start that fails before anybody asked for them ends here too. */
	@Test
	void whatNobodyHasAskedForStays() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			spool.keepUntilCounted(() -> 0);
			settle(spool, 5);
			spool.acknowledge(new Watermark(5, 5));
		}
		for (int start = 0; start < 2; start++) {
			try (Spool spool = Fixtures.spool(this.directory)) {
				assertThat(spool.acknowledged()).isEqualTo(new Watermark(5, 5));
			}
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.takeEarlierCalls().lastSeq()).isEqualTo(5);
		}
	}

	@Test
	void aCallThatIsOpenStays() throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			spool.opened(Fixtures.call()).delivered(7);
			spool.checkpoint();
			settle(spool, 2);
			spool.acknowledge(new Watermark(2, 2));
		}
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.abandonedCalls()).isOne();
			assertThat(spool.after(2, 10)).singleElement().extracting(Sendable::seq).isEqualTo(3L);
		}
	}

	@Test
	void whatTheDiskNeverTookHasNumbersToo() throws IOException {
		SpoolTests.FullDisk disk = new SpoolTests.FullDisk();
		try (Spool spool = Spool.open(Fixtures.properties(this.directory), "test", disk, Clock.systemUTC())) {
			settle(spool, 2);
			disk.full = true;
			settle(spool, 3);
			spool.acknowledge(new Watermark(5, 5));
			disk.full = false;
		}
		assertThat(types()).containsExactly(RecordType.HEADER);
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 1);
			assertThat(spool.after(5, 10)).singleElement().extracting(Sendable::seq).isEqualTo(6L);
		}
	}

	/** A crash in the middle is a folder with some of the steps done, in their order. */
	@Test
	void aCrashInTheMiddleLosesNothing() throws IOException {
		Path before = this.folder.resolve("before");
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, 100);
			spool.acknowledge(new Watermark(100, 100));
			spool.force();
			spool.tidy();
			settle(spool, 100);
			spool.acknowledge(new Watermark(200, 200));
			spool.sending(200);
			copy(this.directory, before);
		}
		Path emptied = segments(this.directory).getFirst();
		List<Path> needless = segments(before);
		assertThat(needless).hasSizeGreaterThan(3);
		for (int deleted = 0; deleted <= needless.size(); deleted++) {
			for (boolean draft : new boolean[] { false, true }) {
				Path crashed = this.folder.resolve("crashed-" + deleted + '-' + draft);
				copy(before, crashed);
				Files.copy(emptied, crashed.resolve(emptied.getFileName()));
				for (Path each : segments(crashed).subList(0, deleted)) {
					Files.delete(each);
				}
				if (draft) {
					Files.write(crashed.resolve("acknowledged.draft"), new byte[7]);
				}
				try (Spool spool = Fixtures.spool(crashed)) {
					assertThat(spool.damagedStretches()).isZero();
					settle(spool, 1);
					assertThat(spool.after(200, 10)).as("%d deleted", deleted)
						.singleElement()
						.extracting(Sendable::seq)
						.isEqualTo(201L);
				}
			}
		}
	}

	/** The file grows when it is written for the first time after such a stop. */
	@Test
	void aTornFirstWriteOfTheWatermarkLeavesTheOneBefore() throws IOException {
		settled(3);
		Path file = this.directory.resolve("acknowledged");
		Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 4096 + 17));
		try (Spool spool = Fixtures.spool(this.directory)) {
			assertThat(spool.acknowledged()).isEqualTo(new Watermark(3, 3));
		}
	}

	private void settled(int calls) throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, calls);
			spool.acknowledge(new Watermark(calls, calls));
		}
	}

	private static void settle(Spool spool, int calls) {
		for (int i = 0; i < calls; i++) {
			spool.settled(spool.opened(Fixtures.call()), Fixtures.completed(10, i));
		}
	}

	private List<RecordType> types() throws IOException {
		List<RecordType> types = new ArrayList<>();
		for (Path segment : segments(this.directory)) {
			SegmentScan.of(Files.readAllBytes(segment), (record) -> types.add(record.type()));
		}
		return types;
	}

	/** Reads it as the first release does. */
	private Watermark watermarkOfTheFirstRelease() throws IOException {
		byte[] bytes = Files.readAllBytes(this.directory.resolve("acknowledged"));
		assertThat(bytes).as("it takes no other length").hasSize(20);
		assertThat(types()).allMatch((type) -> type.code() <= LAST_TYPE_OF_THE_FIRST_RELEASE);
		CRC32C crc = new CRC32C();
		crc.update(bytes, 0, 16);
		ByteBuffer numbers = ByteBuffer.wrap(bytes);
		Watermark watermark = new Watermark(numbers.getLong(), numbers.getLong());
		assertThat(numbers.getInt()).isEqualTo((int) crc.getValue());
		return watermark;
	}

	private static List<Path> segments(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.toString().endsWith(".segment")).sorted().toList();
		}
	}

	private static void copy(Path directory, Path to) throws IOException {
		Files.createDirectories(to);
		try (Stream<Path> files = Files.list(directory)) {
			files.forEach((file) -> {
				try {
					Files.copy(file, to.resolve(file.getFileName()));
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
		}
	}

}
