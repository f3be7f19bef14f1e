package dev.tallygate.gateway.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where the bytes of a segment go.
 */
interface SegmentOutput {

	/** Writes all of {@code bytes} at {@code offset}, over whatever is there. */
	void write(long offset, byte[] bytes) throws IOException;

	/** Returns when what was written is on the disk. */
	void force() throws IOException;

	void close() throws IOException;

	/** Makes a new segment. */
	interface Factory {

		SegmentOutput create(Path path) throws IOException;

		/**
		 * Puts a new file with these bytes in the place of one; returns when they are on
		 * the disk. The name may not be.
		 */
		default void rewrite(Path path, byte[] bytes) throws IOException {
			Path draft = path.resolveSibling(path.getFileName() + ".draft");
			Files.deleteIfExists(draft);
			SegmentOutput output = create(draft);
			try {
				output.write(0, bytes);
				output.force();
			}
			finally {
				output.close();
			}
			Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}

		/** Returns when all that is in a segment of another process is on the disk. */
		default void forceFound(Path path) throws IOException {
			try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
				file.getFD().sync();
			}
		}

	}

	/**
	 * A file. Not a {@code FileChannel}: that closes for everybody when one writing
	 * thread is interrupted.
	 */
	static SegmentOutput file(Path path) throws IOException {
		RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
		return new SegmentOutput() {

			private long position;

			@Override
			public void write(long offset, byte[] bytes) throws IOException {
				if (offset != this.position) {
					file.seek(offset);
				}
				this.position = -1;
				file.write(bytes);
				this.position = offset + bytes.length;
			}

			@Override
			public void force() throws IOException {
				file.getFD().sync();
			}

			@Override
			public void close() throws IOException {
				file.close();
			}

		};
	}

}
