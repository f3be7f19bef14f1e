package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file of {@code KEY=value} lines that its owner alone may read.
 */
final class PrivateFile {

	private PrivateFile() {
	}

	/** Writes it whole or not at all. */
	static void write(Path file, Map<String, String> values) throws IOException {
		StringBuilder lines = new StringBuilder();
		values.forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
		Path directory = file.toAbsolutePath().getParent();
		Path fresh = Files.createTempFile(directory, ".new", "",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		Files.writeString(fresh, lines, StandardCharsets.UTF_8);
		Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	static Map<String, String> read(Path file) throws IOException {
		Map<String, String> values = new LinkedHashMap<>();
		for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
			int equals = line.indexOf('=');
			if (equals > 0 && !line.startsWith("#")) {
				values.put(line.substring(0, equals), line.substring(equals + 1));
			}
		}
		return values;
	}

}
