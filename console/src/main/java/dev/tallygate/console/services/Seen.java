package dev.tallygate.console.services;

import dev.tallygate.security.secret.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a form was filled from, so that a change made elsewhere meanwhile is noticed and
 * not overwritten unseen.
 */
public final class Seen {

	private static final int BYTES = 8;

	private Seen() {
	}

	/** A short mark of values as they are now. */
	public static String of(@Nullable Object... values) {
		byte[][] pieces = Stream.of(values)
			.map((value) -> (value + "\0").getBytes(StandardCharsets.UTF_8))
			.toArray(byte[][]::new);
		return HexFormat.of().formatHex(Sha256.ofAll(pieces), 0, BYTES);
	}

}
