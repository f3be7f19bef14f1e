package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that were generated for this installation, kept in a file that its owner
 * alone may read.
 */
final class Secrets {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final int LENGTH = 32;

	/** What has the form {@code id:64 hex digits}. */
	private static final Set<String> KEYS_WITH_ID = Set.of("TALLYGATE_MASTER_KEY", "TALLYGATE_WEBHOOKS_KEY");

	private final Path file;

	private final Map<String, String> values;

	private Secrets(Path file, Map<String, String> values) {
		this.file = file;
		this.values = values;
	}

	/**
	 * Opens the file, which must be there when there is data.
	 */
	static Secrets open(Path home) {
		Path file = home.resolve("secrets.env");
		try {
			if (Files.exists(file)) {
				return new Secrets(file, PrivateFile.read(file));
			}
			if (Files.exists(home.resolve("postgres"))) {
				throw new LaunchException("The data folder " + home
						+ " is damaged: it has data but no secrets.env. Put the file back, or move the folder away to start afresh.");
			}
			return new Secrets(file, new LinkedHashMap<>());
		}
		catch (IOException ex) {
			throw new LaunchException("The data folder " + home + " cannot be read: " + ex.getMessage(), ex);
		}
	}

	/** The secret of this name, generated on first use. */
	synchronized String get(String name) {
		return this.values.computeIfAbsent(name, (absent) -> KEYS_WITH_ID.contains(name) ? "k1:" + hex() : hex());
	}

	synchronized @Nullable String find(String name) {
		return this.values.get(name);
	}

	synchronized void put(String name, String value) {
		this.values.put(name, value);
		save();
	}

	synchronized void save() {
		try {
			PrivateFile.write(this.file, this.values);
		}
		catch (IOException ex) {
			throw new LaunchException("Cannot write " + this.file + ": " + ex.getMessage(), ex);
		}
	}

	private static String hex() {
		byte[] bytes = new byte[LENGTH];
		RANDOM.nextBytes(bytes);
		return HexFormat.of().formatHex(bytes);
	}

}
