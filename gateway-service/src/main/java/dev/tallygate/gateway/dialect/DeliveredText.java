package dev.tallygate.gateway.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * What a caller was sent of an answer, kept for the case that the provider never says how
 * much it was. Bounded: of a long text samples are kept, at equal distances from its
 * beginning to its end. Nothing is counted while the answer passes, since most providers
 * say it at the end, and a tokenizer takes longer than the whole relay of a text.
 */
public final class DeliveredText {

	/** What is kept, in bytes. */
	private static final int BOUND = 16 * 1024;

	private static final int SAMPLE = 512;

	/** A piece up to this size is taken for one token, as providers stream them. */
	private static final int ONE_TOKEN = 16;

	private byte[] kept = new byte[256];

	private int length;

	/** Of so many bytes each sample is the beginning. */
	private long stretch = SAMPLE;

	private long total;

	private long pieces;

	/** Adds the piece in {@code [from, to)}, UTF-8. */
	public void add(byte[] bytes, int from, int to) {
		int size = to - from;
		if (size == 0) {
			return;
		}
		this.pieces += (size <= ONE_TOKEN) ? 1 : size * 2L / 9;
		int at = from;
		while (at < to) {
			at += take(bytes, at, to - at);
		}
	}

	/** Takes some of it, as sample or not, and says how much. */
	private int take(byte[] bytes, int from, int most) {
		if (this.length == BOUND) {
			thinOut();
		}
		long within = this.total % this.stretch;
		int taken = (int) Math.min(most, ((within < SAMPLE) ? SAMPLE : this.stretch) - within);
		if (within < SAMPLE) {
			keep(bytes, from, taken);
		}
		this.total += taken;
		return taken;
	}

	private void keep(byte[] bytes, int from, int size) {
		if (this.length + size > this.kept.length) {
			this.kept = Arrays.copyOf(this.kept, Math.min(BOUND, Math.max(this.length + size, this.kept.length * 2)));
		}
		System.arraycopy(bytes, from, this.kept, this.length, size);
		this.length += size;
	}

	/** Forgets every other sample, so that half as many are kept of what follows. */
	private void thinOut() {
		for (int to = SAMPLE; to < BOUND / 2; to += SAMPLE) {
			System.arraycopy(this.kept, 2 * to, this.kept, to, SAMPLE);
		}
		this.length = BOUND / 2;
		this.stretch *= 2;
	}

	/** About how many tokens it was, at no cost. */
	public long roughTokens() {
		return this.pieces;
	}

	/** How many tokens it was, by tokenizer; of a long text, what its samples tell. */
	public long tokens(ToLongFunction<String> tokenizer) {
		if (this.length == 0) {
			return 0;
		}
		long counted = tokenizer.applyAsLong(new String(this.kept, 0, this.length, StandardCharsets.UTF_8));
		return (this.length == this.total) ? counted : Math.round((double) counted * this.total / this.length);
	}

}
