package dev.tallygate.gateway.dialect;

import java.util.Arrays;

/**
 * Blanks a provider key in whatever a provider sends back, length kept, so that framing
 * and JSON stay whole.
 */
public final class Redaction {

	/** Blanks nothing. */
	public static final Redaction NONE = new Redaction(new byte[0]);

	/** Shorter secrets would blank ordinary text. */
	private static final int SHORTEST = 8;

	private final byte[] secret;

	private Redaction(byte[] secret) {
		this.secret = secret;
	}

	/** Blanks this secret. */
	public static Redaction of(byte[] secret) {
		return (secret.length < SHORTEST) ? NONE : new Redaction(secret.clone());
	}

	/** Blanks the secret wherever it occurs in {@code [from, to)}. */
	public void apply(byte[] bytes, int from, int to) {
		int length = this.secret.length;
		if (length == 0) {
			return;
		}
		byte first = this.secret[0];
		byte last = this.secret[length - 1];
		int stop = to - length;
		for (int i = from; i <= stop; i++) {
			if (bytes[i] == first && bytes[i + length - 1] == last
					&& Arrays.equals(bytes, i, i + length, this.secret, 0, length)) {
				Arrays.fill(bytes, i, i + length, (byte) '*');
			}
		}
	}

	/**
	 * How many of the last bytes of {@code [from, to)} may begin the secret, whose rest
	 * then comes with the next read: 0 when none do, at most one less than its length.
	 */
	public int begun(byte[] bytes, int from, int to) {
		for (int count = Math.min(this.secret.length - 1, to - from); count > 0; count--) {
			if (Arrays.equals(bytes, to - count, to, this.secret, 0, count)) {
				return count;
			}
		}
		return 0;
	}

	/** Whether a text holds the secret. */
	public boolean isIn(String text) {
		for (int from = 0; this.secret.length > 0 && from <= text.length() - this.secret.length; from++) {
			if (startsAt(text, from)) {
				return true;
			}
		}
		return false;
	}

	private boolean startsAt(String text, int from) {
		for (int i = 0; i < this.secret.length; i++) {
			if (text.charAt(from + i) != (this.secret[i] & 0xFF)) {
				return false;
			}
		}
		return true;
	}

}
