package dev.tallygate.simulator.call;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The words answers are made of. Each is one token in the usual vocabularies, with the
 * space before it, so that an estimate of a cut answer can be compared with the bill.
 */
public final class Words {

	private static final String[] WORDS = ("the time people way water day part place work number year back good"
			+ " new first great little right big high small large next early young public long old same able"
			+ " house world point group problem fact hand week case system program question government company"
			+ " night home life side school power line end law car city name team idea body door reason air")
		.split(" ", -1);

	private static final int STRIDE = 7;

	private Words() {
	}

	/** A number that depends on the text alone. */
	public static int seed(String text) {
		CRC32 crc = new CRC32();
		crc.update(text.getBytes(StandardCharsets.UTF_8));
		return (int) (crc.getValue() & 0x7FFF_FFFF);
	}

	/** The word at a position of the answer with this seed, padded to {@code size}. */
	public static String at(int seed, int position, int size) {
		String word = WORDS[Math.floorMod(seed + position * STRIDE, WORDS.length)];
		String text = (position == 0) ? word : " " + word;
		return (text.length() < size) ? text + "x".repeat(size - text.length()) : text;
	}

	/** How many words a text has. */
	public static int count(String text) {
		int count = 0;
		boolean inWord = false;
		for (int i = 0; i < text.length(); i++) {
			boolean space = Character.isWhitespace(text.charAt(i));
			if (!space && !inWord) {
				count++;
			}
			inWord = !space;
		}
		return count;
	}

}
