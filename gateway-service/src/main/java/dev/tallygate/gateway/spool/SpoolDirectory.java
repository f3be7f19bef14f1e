package dev.tallygate.gateway.spool;

import dev.tallygate.events.UuidV7;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a spool, locked for this process. It is what a source is: its name is
 * made with the directory and stays with it.
 */
final class SpoolDirectory implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SpoolDirectory.class);

	private static final String SUFFIX = ".segment";

	private static final String ACKNOWLEDGED = "acknowledged";

	/** What the first release wrote, and knows: ordinal, seq, checksum. */
	private static final int OLD_BYTES = 2 * Long.BYTES + Integer.BYTES;

	/** Generation, ordinal, seq, the seq that is never given again, checksum. */
	private static final int SLOT_BYTES = 4 * Long.BYTES + Integer.BYTES;

	/** Two slots in turn, in sectors of their own: a torn write leaves the other. */
	private static final int SLOT_DISTANCE = 4096;

	private final Path path;

	private final FileChannel lockChannel;

	private final FileLock lock;

	private final String source;

	private final RandomAccessFile watermark;

	private final ReentrantLock writing = new ReentrantLock();

	private volatile Slot slot;

	/** What is known to be on the disk. */
	private record Slot(long generation, Watermark acknowledged, long neverAgain) {

	}

	private SpoolDirectory(Path path, FileChannel lockChannel, FileLock lock, String source, RandomAccessFile watermark)
			throws IOException {
		this.path = path;
		this.lockChannel = lockChannel;
		this.lock = lock;
		this.source = source;
		this.watermark = watermark;
		this.slot = read();
	}

	/**
	 * Locks the directory, and makes it first if need be.
	 * @throws UnusableSpoolException when another process has it, or it cannot be written
	 */
	static SpoolDirectory lock(Path path, String instance) {
		FileChannel channel = null;
		try {
			create(path);
			channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE);
			FileLock lock = tryLock(channel);
			if (lock == null) {
				throw new UnusableSpoolException(
						"The usage spool " + path.toAbsolutePath() + " is in use by another gateway process", null);
			}
			return new SpoolDirectory(path, channel, lock, sourceOf(path, instance),
					new RandomAccessFile(path.resolve(ACKNOWLEDGED).toFile(), "rw"));
		}
		catch (IOException ex) {
			closeQuietly(channel);
			throw new UnusableSpoolException("The usage spool " + path.toAbsolutePath() + " cannot be used: " + ex, ex);
		}
		catch (UnusableSpoolException ex) {
			closeQuietly(channel);
			throw ex;
		}
	}

	/** Its own name must be on the disk as well. */
	private static void create(Path path) throws IOException {
		if (!Files.isDirectory(path)) {
			Files.createDirectories(path);
			Path parent = path.toAbsolutePath().getParent();
			if (parent != null) {
				force(parent);
			}
		}
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	private static void closeQuietly(@Nullable FileChannel channel) {
		try {
			if (channel != null) {
				channel.close();
			}
		}
		catch (IOException ex) {
			logger.debug("Closing the lock file failed", ex);
		}
	}

	private static String sourceOf(Path path, String instance) throws IOException {
		Path file = path.resolve("source");
		if (Files.exists(file)) {
			String source = Files.readString(file).strip();
			if (!source.startsWith("/gateway/" + instance + '/')) {
				logger.warn("The spool {} stays the source {}, although this instance is called {}", path, source,
						instance);
			}
			return source;
		}
		String source = "/gateway/" + instance + '/' + UuidV7.next();
		replace(file, (source + '\n').getBytes(StandardCharsets.UTF_8));
		return source;
	}

	/** The CloudEvents source of every event from here. */
	String source() {
		return this.source;
	}

	Path segment(long number) {
		return this.path.resolve("%016d".formatted(number) + SUFFIX);
	}

	/** The segments there are, oldest first. */
	List<Long> segments() {
		try (Stream<Path> files = Files.list(this.path)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.matches("\\d{16}" + SUFFIX.replace(".", "\\.")))
				.map((name) -> Long.valueOf(name.substring(0, 16)))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Slot read() throws IOException {
		long length = this.watermark.length();
		byte[] bytes = new byte[(int) Math.min(length, SLOT_DISTANCE + SLOT_BYTES)];
		this.watermark.seek(0);
		this.watermark.readFully(bytes);
		Slot latest = (length >= OLD_BYTES && isIntact(bytes, 0, OLD_BYTES))
				? new Slot(0, new Watermark(int64(bytes, 0), int64(bytes, 1)), int64(bytes, 1))
				: new Slot(0, Watermark.NONE, 0);
		for (int at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_DISTANCE) {
			if (isIntact(bytes, at, SLOT_BYTES) && int64(bytes, at / Long.BYTES) > latest.generation()) {
				int first = at / Long.BYTES;
				latest = new Slot(int64(bytes, first), new Watermark(int64(bytes, first + 1), int64(bytes, first + 2)),
						int64(bytes, first + 3));
			}
		}
		return latest;
	}

	private static long int64(byte[] bytes, int index) {
		return (long) Frame.LONGS.get(bytes, index * Long.BYTES);
	}

	private static boolean isIntact(byte[] bytes, int at, int length) {
		int numbers = length - Integer.BYTES;
		return (int) Frame.INTS.get(bytes, at + numbers) == crc(bytes, at, numbers);
	}

	/** Up to where Kafka has everything; zeros when not known. */
	Watermark acknowledged() {
		return this.slot.acknowledged();
	}

	/** No sequence number up to this one is given again. */
	long neverAgain() {
		return this.slot.neverAgain();
	}

	/**
	 * Writes down how far things are; returns when it is on the disk. Written in place,
	 * so that a full disk does not stop it.
	 * @param acknowledged up to where Kafka has everything
	 * @param neverAgain up to which no sequence number may be given again; less than is
	 * known changes nothing
	 */
	void write(Watermark acknowledged, long neverAgain) throws IOException {
		this.writing.lock();
		try {
			Slot known = this.slot;
			Slot next = new Slot(known.generation() + 1, acknowledged, Math.max(known.neverAgain(), neverAgain));
			byte[] bytes = new byte[SLOT_BYTES];
			Frame.LONGS.set(bytes, 0, next.generation());
			Frame.LONGS.set(bytes, Long.BYTES, acknowledged.ordinal());
			Frame.LONGS.set(bytes, 2 * Long.BYTES, acknowledged.seq());
			Frame.LONGS.set(bytes, 3 * Long.BYTES, next.neverAgain());
			Frame.INTS.set(bytes, 4 * Long.BYTES, crc(bytes, 0, 4 * Long.BYTES));
			this.watermark.seek((next.generation() % 2) * SLOT_DISTANCE);
			this.watermark.write(bytes);
			this.watermark.getFD().sync();
			this.slot = next;
		}
		finally {
			this.writing.unlock();
		}
	}

	/**
	 * Writes down how far things are as the first release reads it: Kafka has everything.
	 * Nothing can be written afterwards. Another file takes the place of the one there
	 * is, so that no crash leaves less than either says.
	 */
	void leave(Watermark all) throws IOException {
		byte[] bytes = new byte[OLD_BYTES];
		Frame.LONGS.set(bytes, 0, all.ordinal());
		Frame.LONGS.set(bytes, Long.BYTES, all.seq());
		Frame.INTS.set(bytes, 2 * Long.BYTES, crc(bytes, 0, 2 * Long.BYTES));
		this.watermark.close();
		replace(this.path.resolve(ACKNOWLEDGED), bytes);
		force();
	}

	/** Puts a file there at once, in the place of one that may be there. */
	private static void replace(Path file, byte[] bytes) throws IOException {
		Path draft = Files.write(file.resolveSibling(file.getFileName() + ".draft"), bytes, StandardOpenOption.CREATE,
				StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
		Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	private static int crc(byte[] bytes, int offset, int length) {
		CRC32C crc = new CRC32C();
		crc.update(bytes, offset, length);
		return (int) crc.getValue();
	}

	/** Returns when the names of new files are on the disk. */
	void force() throws IOException {
		force(this.path);
	}

	private static void force(Path directory) throws IOException {
		try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
			channel.force(true);
		}
	}

	@Override
	public void close() throws IOException {
		this.watermark.close();
		this.lock.release();
		this.lockChannel.close();
	}

	/**
	 * Up to where Kafka has everything.
	 *
	 * @param ordinal of sendable records
	 * @param seq of settled calls
	 */
	record Watermark(long ordinal, long seq) {

		static final Watermark NONE = new Watermark(0, 0);

	}

}
