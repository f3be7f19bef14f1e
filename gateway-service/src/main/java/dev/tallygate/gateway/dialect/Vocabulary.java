package dev.tallygate.gateway.dialect;

import com.knuddels.jtokkit.api.Encoding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Which pieces of text are one token, in the vocabulary of OpenAI's current models: a set
 * of fingerprints, small and quick enough to ask for every word of every call.
 */
final class Vocabulary {

	private static final String RESOURCE = "/com/knuddels/jtokkit/o200k_base.tiktoken";

	private static final int SLOTS = 1 << 20;

	private static final long FACTOR = 0x9E3779B97F4A7C15L;

	/** Longer tokens are runs of spaces and rules, and not looked for. */
	static final int LONGEST = 24;

	private final int[] fingerprints = new int[SLOTS];

	private Vocabulary() {
	}

	private static final class Loaded {

		static final Vocabulary INSTANCE = load();

	}

	/** The vocabulary, loaded when first asked for. */
	static Vocabulary get() {
		return Loaded.INSTANCE;
	}

	private static Vocabulary load() {
		Vocabulary vocabulary = new Vocabulary();
		try (InputStream resource = Encoding.class.getResourceAsStream(RESOURCE)) {
			if (resource == null) {
				throw new IllegalStateException("no resource " + RESOURCE);
			}
			BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII));
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				int space = line.indexOf(' ');
				if (space > 0) {
					vocabulary.add(Base64.getDecoder().decode(line.substring(0, space)));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return vocabulary;
	}

	private void add(byte[] token) {
		long hash = 0;
		for (byte each : token) {
			hash = next(hash, each);
		}
		int fingerprint = fingerprint(hash);
		int slot = slot(hash);
		while (this.fingerprints[slot] != 0 && this.fingerprints[slot] != fingerprint) {
			slot = (slot + 1) & (SLOTS - 1);
		}
		this.fingerprints[slot] = fingerprint;
	}

	/** The hash of a piece of text and one more byte. */
	static long next(long hash, byte more) {
		return (hash + (more & 0xff) + 1) * FACTOR;
	}

	/** Whether the piece with this hash is one token. */
	boolean contains(long hash) {
		int fingerprint = fingerprint(hash);
		int slot = slot(hash);
		while (this.fingerprints[slot] != 0) {
			if (this.fingerprints[slot] == fingerprint) {
				return true;
			}
			slot = (slot + 1) & (SLOTS - 1);
		}
		return false;
	}

	private static int fingerprint(long hash) {
		return (int) (hash >>> 32) | 1;
	}

	private static int slot(long hash) {
		long mixed = hash ^ (hash >>> 29);
		return (int) ((mixed * FACTOR) >>> 44);
	}

}
