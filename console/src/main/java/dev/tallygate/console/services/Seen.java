package dev.tallygate.console.services;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a form was filled from, so that a change made elsewhere meanwhile is noticed and
 * not overwritten unseen.
 */
public final class Seen {

	/** What to say instead of overwriting. */
	public static final String CHANGED_ELSEWHERE = "It was changed elsewhere since this page was loaded, and is shown "
			+ "below as it is now. Nothing was changed: look at it and save again.";

	private static final int BYTES = 8;

	private Seen() {
	}

	/** A short mark of values as they are now. */
	public static String of(@Nullable Object... values) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (Object value : values) {
				digest.update(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
				digest.update((byte) 0);
			}
			return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
