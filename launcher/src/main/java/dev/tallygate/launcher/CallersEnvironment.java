package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of {@code ./quickstart} has set. The script hands it over in a file of
 * its own, so that nothing of it is in the launcher's environment, which PostgreSQL and
 * the guard inherit.
 */
final class CallersEnvironment {

	private CallersEnvironment() {
	}

	/**
	 * Reads it.
	 * @param handedOver a file of {@code NAME=value} texts, each ended by a NUL; null
	 * where it is this process's own environment
	 * @param folder where the caller is: relative names of files start there
	 */
	static Map<String, String> read(@Nullable String handedOver, Path folder) {
		Map<String, String> environment = new TreeMap<>();
		if (handedOver == null) {
			environment.putAll(System.getenv());
		}
		else {
			try {
				parse(Files.readString(Path.of(handedOver), StandardCharsets.UTF_8), environment);
			}
			catch (IOException ex) {
				throw new LaunchException("The environment cannot be read: " + ex.getMessage(), ex);
			}
		}
		environment.replaceAll(
				(name, value) -> namesAFile(name, value) ? folder.resolve(value).normalize().toString() : value);
		return environment;
	}

	private static void parse(String texts, Map<String, String> environment) {
		for (String text : texts.split("\0", -1)) {
			int equals = text.indexOf('=');
			if (equals > 0) {
				environment.put(text.substring(0, equals), text.substring(equals + 1));
			}
		}
	}

	private static boolean namesAFile(String name, String value) {
		return name.endsWith("_FILE") && !value.isBlank();
	}

}
