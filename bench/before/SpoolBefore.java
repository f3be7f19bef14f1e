package dev.tallygate.gateway.usage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** A disk that takes nothing while Kafka takes everything, and a restart after a long outage; today SpoolTests says so. */
final class SpoolBefore {

	private static final int FULL_DISK_CALLS = 200_000;

	private static final int OUTAGE_CALLS = 150_000;

	private SpoolBefore() {
	}

	public static void main(String[] arguments) throws Exception {
		Path directory = Path.of(arguments[1]);
		if ("disk".equals(arguments[0])) {
			fullDisk(directory);
		}
		else {
			longOutage(directory);
		}
	}

	private static void fullDisk(Path directory) throws IOException {
		boolean[] full = new boolean[1];
		int[] lost = new int[1];
		SegmentOutput.Factory disk = (path) -> {
			check(full);
			SegmentOutput file = SegmentOutput.file(path);
			return new SegmentOutput() {

				@Override
				public void write(long offset, byte[] bytes) throws IOException {
					check(full);
					file.write(offset, bytes);
				}

				@Override
				public void force() throws IOException {
					check(full);
					file.force();
				}

				@Override
				public void close() throws IOException {
					file.close();
				}

			};
		};
		Spool spool = Spool.open(properties(directory, 64), "test", disk, Clock.systemUTC());
		spool.listener(new SpoolListener() {

			@Override
			public void writeFailed(Exception cause) {
			}

			@Override
			public void lost(RecordType type) {
				lost[0] += (type == RecordType.SETTLED) ? 1 : 0;
			}

		});
		full[0] = true;
		for (int i = 0; i < FULL_DISK_CALLS; i++) {
			spool.settled(spool.opened(Fixtures.call()), Fixtures.completed(10, i));
			if (i % 100 == 0) {
				List<Sendable> sent = spool.after(spool.acknowledged().ordinal(), 1000);
				if (!sent.isEmpty()) {
					spool.acknowledge(new SpoolDirectory.Watermark(sent.getLast().ordinal(), sent.getLast().seq()));
				}
			}
		}
		System.out.println("2: a full disk while Kafka takes " + FULL_DISK_CALLS + " calls: usage of " + lost[0]
				+ " lost, " + spool.state().heldBytes() + " bytes held");
	}

	private static void check(boolean[] full) throws IOException {
		if (full[0]) {
			throw new IOException("No space left on device");
		}
	}

	/** With a small heap, as SpoolTests has it. */
	private static void longOutage(Path directory) throws IOException {
		CallOpened[] calls = new CallOpened[20];
		Arrays.setAll(calls, (i) -> Fixtures.call());
		try (Spool spool = Spool.open(properties(directory, 4), "test", SegmentOutput::file, Clock.systemUTC())) {
			for (int i = 0; i < OUTAGE_CALLS; i++) {
				spool.settled(spool.opened(calls[i % calls.length]), Fixtures.completed(10, i));
			}
		}
		System.gc();
		long before = used();
		try (Spool spool = Spool.open(properties(directory, 4), "test", SegmentOutput::file, Clock.systemUTC())) {
			System.gc();
			System.out.println("12: restart with " + OUTAGE_CALLS + " calls in the spool: " + (used() - before) / 1024
					+ " KiB kept, of " + Runtime.getRuntime().maxMemory() / 1024 + ", " + spool.takeRecoveredCalls().size()
					+ " in a list");
		}
		catch (OutOfMemoryError ex) {
			System.out.println("12: restart with " + OUTAGE_CALLS + " calls in the spool: OutOfMemoryError");
		}
	}

	private static long used() {
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private static SpoolProperties properties(Path directory, int megabytes) {
		return new SpoolProperties(directory, DataSize.ofMegabytes(1), Duration.ofSeconds(1), Duration.ofSeconds(1),
				DataSize.ofMegabytes(megabytes), DataSize.ofGigabytes(1), Duration.ofSeconds(10));
	}

}
