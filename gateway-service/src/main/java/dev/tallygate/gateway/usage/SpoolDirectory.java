package dev.tallygate.gateway.usage;

import dev.tallygate.events.UuidV7;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
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

	private static final Logger log = LoggerFactory.getLogger(SpoolDirectory.class);

	private static final String SUFFIX = ".segment";

	private static final int WATERMARK_BYTES = 2 * Long.BYTES + Integer.BYTES;

	private final Path path;

	private final FileChannel lockChannel;

	private final FileLock lock;

	private final String source;

	private final RandomAccessFile watermark;

	private SpoolDirectory(Path path, FileChannel lockChannel, FileLock lock, String source,
			RandomAccessFile watermark) {
		this.path = path;
		this.lockChannel = lockChannel;
		this.lock = lock;
		this.source = source;
		this.watermark = watermark;
	}

	/**
	 * Locks the directory, and makes it first if need be.
	 * @throws UnusableSpoolException when another process has it, or it cannot be written
	 */
	static SpoolDirectory lock(Path path, String instance) {
		FileChannel channel = null;
		try {
			Files.createDirectories(path);
			channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE);
			FileLock lock = tryLock(channel);
			if (lock == null) {
				throw new UnusableSpoolException(
						"The usage spool " + path.toAbsolutePath() + " is in use by another gateway process", null);
			}
			return new SpoolDirectory(path, channel, lock, sourceOf(path, instance),
					new RandomAccessFile(path.resolve("acknowledged").toFile(), "rw"));
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
			log.debug("Closing the lock file failed", ex);
		}
	}

	private static String sourceOf(Path path, String instance) throws IOException {
		Path file = path.resolve("source");
		if (Files.exists(file)) {
			String source = Files.readString(file).strip();
			if (!source.startsWith("/gateway/" + instance + '/')) {
				log.warn("The spool {} stays the source {}, although this instance is called {}", path, source,
						instance);
			}
			return source;
		}
		String source = "/gateway/" + instance + '/' + UuidV7.next();
		Path draft = Files.writeString(path.resolve("source.draft"), source + '\n', StandardOpenOption.CREATE,
				StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
		Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
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

	/** Up to where Kafka has everything; zeros when not known. */
	Watermark watermark() throws IOException {
		byte[] bytes = new byte[WATERMARK_BYTES];
		if (this.watermark.length() != WATERMARK_BYTES) {
			return Watermark.NONE;
		}
		this.watermark.seek(0);
		this.watermark.readFully(bytes);
		if ((int) Frame.INTS.get(bytes, 2 * Long.BYTES) != crc(bytes)) {
			return Watermark.NONE;
		}
		return new Watermark((long) Frame.LONGS.get(bytes, 0), (long) Frame.LONGS.get(bytes, Long.BYTES));
	}

	/** Written in place, so that a full disk does not stop it. */
	void watermark(Watermark acknowledged) throws IOException {
		byte[] bytes = new byte[WATERMARK_BYTES];
		Frame.LONGS.set(bytes, 0, acknowledged.ordinal());
		Frame.LONGS.set(bytes, Long.BYTES, acknowledged.seq());
		Frame.INTS.set(bytes, 2 * Long.BYTES, crc(bytes));
		this.watermark.seek(0);
		this.watermark.write(bytes);
	}

	private static int crc(byte[] bytes) {
		CRC32C crc = new CRC32C();
		crc.update(bytes, 0, 2 * Long.BYTES);
		return (int) crc.getValue();
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
