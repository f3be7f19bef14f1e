package dev.tallygate.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * {@code quickstart.env}, which tells clients where everything is and holds keys. What
 * was started to keep nothing takes its own away in the end, and puts back what another
 * quickstart had written there. The {@link Guard} does the same for a launcher that was
 * killed.
 */
final class ClientSettings {

	/** What the file is called, and its copy in the folder of what keeps nothing. */
	static final String NAME = "quickstart.env";

	/** What was there before, in the folder of what keeps nothing. */
	static final String BEFORE = "before.env";

	private final Path file;

	private final Path home;

	private final boolean ephemeral;

	ClientSettings(Path visible, Path home, boolean ephemeral) {
		this.file = visible.resolve(NAME);
		this.home = home;
		this.ephemeral = ephemeral;
	}

	Path file() {
		return this.file;
	}

	void write(Map<String, String> settings) {
		try {
			if (this.ephemeral) {
				if (Files.exists(this.file)) {
					Files.copy(this.file, this.home.resolve(BEFORE), StandardCopyOption.COPY_ATTRIBUTES,
							StandardCopyOption.REPLACE_EXISTING);
				}
				PrivateFile.write(this.home.resolve(NAME), settings);
			}
			PrivateFile.write(this.file, settings);
		}
		catch (IOException ex) {
			throw new LaunchException("Cannot write " + this.file + ": " + ex.getMessage(), ex);
		}
	}

	/** Leaves a file alone that somebody else wrote meanwhile. */
	void withdraw() {
		Path own = this.home.resolve(NAME);
		Path before = this.home.resolve(BEFORE);
		try {
			if (!this.ephemeral || !Files.exists(own) || !Files.exists(this.file)
					|| Files.mismatch(own, this.file) >= 0) {
				return;
			}
			if (Files.exists(before)) {
				Files.move(before, this.file, StandardCopyOption.REPLACE_EXISTING);
			}
			else {
				Files.delete(this.file);
			}
		}
		catch (IOException ex) {
			System.err.println("Cannot take back " + this.file + ", which holds keys: " + ex.getMessage());
		}
	}

}
