package dev.tallygate.gateway.pricing;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How large a picture is, as its own header says.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
public record PictureSize(int width, int height) {

	/**
	 * So many letters of base64 hold every header, a camera's notes before it included.
	 */
	private static final int MAX_LETTERS = 128 * 1024;

	/** No picture that a provider takes is longer. */
	private static final int MAX_SIDE = 100_000;

	/**
	 * The size of the picture whose base64 is in {@code [from, to)}; null when it is no
	 * PNG, GIF or JPEG, or cannot be read.
	 */
	public static @Nullable PictureSize of(byte[] body, int from, int to) {
		int letters = Math.min(to - from, MAX_LETTERS) / 4 * 4;
		try {
			return of(Base64.getDecoder().decode(Arrays.copyOfRange(body, from, from + letters)));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static @Nullable PictureSize of(byte[] head) {
		if (head.length >= 24 && head[0] == (byte) 0x89 && head[1] == 'P' && head[12] == 'I' && head[13] == 'H') {
			return sized(number(head, 16, 4), number(head, 20, 4));
		}
		if (head.length >= 10 && head[0] == 'G' && head[1] == 'I' && head[2] == 'F') {
			return sized(little(head, 6), little(head, 8));
		}
		return (head.length >= 4 && head[0] == (byte) 0xFF && head[1] == (byte) 0xD8) ? jpeg(head) : null;
	}

	/** The first frame's header, past the segments before it. */
	private static @Nullable PictureSize jpeg(byte[] head) {
		int at = 2;
		while (at + 9 < head.length && head[at] == (byte) 0xFF) {
			int marker = head[at + 1] & 0xFF;
			boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
			if (frame) {
				return sized(number(head, at + 7, 2), number(head, at + 5, 2));
			}
			at += (marker == 0xFF) ? 1 : 2 + (int) number(head, at + 2, 2);
		}
		return null;
	}

	private static @Nullable PictureSize sized(long width, long height) {
		return (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) ? null
				: new PictureSize((int) width, (int) height);
	}

	private static long number(byte[] bytes, int from, int length) {
		long number = 0;
		for (int i = from; i < from + length; i++) {
			number = (number << 8) | (bytes[i] & 0xFF);
		}
		return number;
	}

	private static long little(byte[] bytes, int from) {
		return (bytes[from] & 0xFF) | ((bytes[from + 1] & 0xFF) << 8);
	}

	/** How many squares of so many pixels cover it. */
	long squares(int side) {
		return (long) Math.ceilDiv(this.width, side) * Math.ceilDiv(this.height, side);
	}

	/**
	 * How many tiles of 512 it has once it fits into 2048 × 2048 and its shorter side is
	 * 768.
	 */
	long tiles() {
		double longer = Math.max(this.width, this.height);
		double shorter = Math.min(this.width, this.height);
		long side = Math.min(2048, (long) Math.ceil(768 * longer / shorter));
		return 2 * Math.ceilDiv(side, 512);
	}

}
