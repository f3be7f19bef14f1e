package dev.tallygate.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The end of a log.
 */
final class LogTail {

	private static final int MAX_BYTES = 16 * 1024;

	private LogTail() {
	}

	/** At most so many of the last lines. */
	static List<String> of(Path log, int lines) {
		try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
			long length = file.length();
			int size = (int) Math.min(length, MAX_BYTES);
			byte[] end = new byte[size];
			file.seek(length - size);
			file.readFully(end);
			List<String> all = new String(end, StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.isBlank())
				.toList();
			return all.subList(Math.max(0, all.size() - lines), all.size());
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	/** The last line, or what the failure says when the log is empty. */
	static String lastLine(Path log, Throwable failure) {
		List<String> last = of(log, 1);
		return last.isEmpty() ? String.valueOf(failure.getMessage()) : last.getFirst();
	}

}
