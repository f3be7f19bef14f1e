package dev.tallygate.keys;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds any 8 characters in a row of a secret in a text, also as hex or Base64 at each of
 * its three alignments. For each place in the text it costs one look-up, however many
 * secrets there are.
 */
final class Windows {

	private static final int TEXT = 8;

	/**
	 * As many bits as 8 letters and digits have; 8 hex digits alone would meet by chance.
	 */
	private static final int HEX_DIGITS = 12;

	private static final int BASE64 = 11;

	/** By their first 8 characters. */
	private final Map<Long, List<Window>> windows = new HashMap<>();

	/** A secret text. */
	void add(String name, String secret) {
		byte[] bytes = secret.getBytes(StandardCharsets.US_ASCII);
		slide(name, secret, TEXT);
		slide(name + " in hex", HexFormat.of().formatHex(bytes), 2 * TEXT);
		for (int skipped = 0; skipped < 3; skipped++) {
			byte[] rest = java.util.Arrays.copyOfRange(bytes, skipped, bytes.length);
			slide(name + " in Base64", Base64.getEncoder().withoutPadding().encodeToString(rest), BASE64);
		}
	}

	/** A secret that is written in hex. */
	void addHex(String name, String digits) {
		slide(name, digits, HEX_DIGITS);
	}

	private void slide(String name, String text, int length) {
		for (int start = 0; start + length <= text.length(); start++) {
			String window = text.substring(start, start + length);
			this.windows.computeIfAbsent(pack(window), (first) -> new ArrayList<>()).add(new Window(name, window));
		}
	}

	private static long pack(String text) {
		long packed = 0;
		for (int i = 0; i < Long.BYTES; i++) {
			packed = next(packed, text.charAt(i));
		}
		return packed;
	}

	private static long next(long packed, char character) {
		return packed << Byte.SIZE | (character & 0xFF);
	}

	/** The names of the secrets of which a part is in the text. */
	Set<String> in(String text) {
		Set<String> names = new TreeSet<>();
		long packed = 0;
		for (int end = 1; end <= text.length(); end++) {
			packed = next(packed, text.charAt(end - 1));
			List<Window> candidates = this.windows.get(packed);
			if (candidates != null && end >= Long.BYTES) {
				int start = end - Long.BYTES;
				candidates.stream()
					.filter((window) -> text.startsWith(window.text(), start))
					.forEach((window) -> names.add(window.name()));
			}
		}
		return names;
	}

	/** Part of a secret. */
	private record Window(String name, String text) {

	}

}
