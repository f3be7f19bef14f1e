package dev.tallygate.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks into the heap of a running process that can be attached to.
 */
final class Memory {

	private static final int CHUNK = 1 << 20;

	private static final int LONGEST_TEXT = 1000;

	private Memory() {
	}

	/**
	 * Which of some texts are in the heap, garbage included, by the names they are given.
	 */
	static Set<String> find(long pid, Map<String, String> texts) {
		try {
			Path folder = Files.createTempDirectory("tallygate-heap");
			Path file = folder.resolve("heap.hprof");
			try {
				dump(pid, file);
				return search(file, texts);
			}
			finally {
				Files.deleteIfExists(file);
				Files.delete(folder);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void dump(long pid, Path file) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
				String.valueOf(pid), "GC.heap_dump", "-all", file.toString())
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.onExit().join().exitValue() != 0) {
			throw new IOException(said);
		}
	}

	private static Set<String> search(Path file, Map<String, String> texts) throws IOException {
		Set<String> found = new TreeSet<>();
		String tail = "";
		try (InputStream in = Files.newInputStream(file)) {
			for (byte[] chunk = in.readNBytes(CHUNK); chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
				String part = tail + new String(chunk, StandardCharsets.ISO_8859_1);
				texts.forEach((name, text) -> {
					// With one byte for each character, or with two.
					if (part.contains(text) || part.contains(String.join("\0", text.split("", -1)))) {
						found.add(name);
					}
				});
				tail = part.substring(Math.max(0, part.length() - LONGEST_TEXT));
			}
		}
		return found;
	}

}
