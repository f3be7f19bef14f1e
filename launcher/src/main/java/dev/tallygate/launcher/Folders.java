package dev.tallygate.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where things are kept, and the lock that one launcher at a time has on them.
 */
final class Folders implements AutoCloseable {

	private static final int DELETE_ATTEMPTS = 20;

	private static final Duration DELETE_PAUSE = Duration.ofMillis(250);

	private final Path home;

	private final Path logs;

	private final boolean ephemeral;

	private final FileChannel channel;

	private final @Nullable FileLock lock;

	private Folders(Path home, Path logs, boolean ephemeral, FileChannel channel, FileLock lock) {
		this.home = home;
		this.logs = logs;
		this.ephemeral = ephemeral;
		this.channel = channel;
		this.lock = lock;
	}

	/**
	 * Makes and locks the folders.
	 * @param home where data lives
	 * @param ephemeral whether the home is removed in the end
	 */
	static Folders open(Path home, boolean ephemeral) {
		try {
			makePrivate(home);
			Path logs = home.resolve("logs");
			Files.createDirectories(logs);
			Files.createDirectories(home.resolve("run"));
			FileChannel channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			FileLock lock = tryLock(channel);
			if (lock == null) {
				channel.close();
				throw new LaunchException("Another quickstart runs on " + home
						+ ". Stop it first, or add --ephemeral and set TALLYGATE_PORT_OFFSET to run a second one beside it.");
			}
			return new Folders(home, logs, ephemeral, channel, lock);
		}
		catch (IOException ex) {
			throw new LaunchException("The data folder " + home + " cannot be used: " + ex.getMessage(), ex);
		}
	}

	static void makePrivate(Path folder) throws IOException {
		Files.createDirectories(folder);
		Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	Path home() {
		return this.home;
	}

	Path work(String name) {
		return this.home.resolve("work").resolve(name);
	}

	Path log(String name) {
		return this.logs.resolve(name + ".log");
	}

	Path pid(String name) {
		return this.home.resolve("run").resolve(name + ".pid");
	}

	@Override
	public synchronized void close() {
		if (!this.channel.isOpen()) {
			return;
		}
		try {
			if (this.lock != null) {
				this.lock.release();
			}
			this.channel.close();
			if (this.ephemeral) {
				delete(this.home);
			}
		}
		catch (IOException ex) {
			throw new LaunchException("The data folder " + this.home + " cannot be closed: " + ex.getMessage(), ex);
		}
	}

	/** PostgreSQL may still be writing for a moment after it was told to stop. */
	private static void delete(Path folder) throws IOException {
		for (int attempt = 1;; attempt++) {
			try {
				deleteOnce(folder);
				return;
			}
			catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException ex) {
				if (attempt == DELETE_ATTEMPTS) {
					throw new IOException(folder + " is still being written to; delete it yourself", ex);
				}
				LockSupport.parkNanos(DELETE_PAUSE.toNanos());
			}
		}
	}

	private static void deleteOnce(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(file);
			}
		}
	}

}
