package dev.tallygate.gateway.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * What a caller was sent of an answer, kept for the case that the provider never says how
 * much it was. Bounded: what is beyond the bound is counted and forgotten.
 */
public final class DeliveredText {

	private static final int BOUND = 64 * 1024;

	/** A piece up to this size is taken for one token, as providers stream them. */
	private static final int ONE_TOKEN = 16;

	private byte[] text = new byte[256];

	private int length;

	private long pieces;

	private long counted;

	/** Adds the piece in {@code [from, to)}, UTF-8. */
	public void add(byte[] bytes, int from, int to, ToLongFunction<String> tokenizer) {
		int size = to - from;
		if (size == 0) {
			return;
		}
		this.pieces += (size <= ONE_TOKEN) ? 1 : size * 2L / 9;
		if (this.length + size > BOUND && this.length > 0) {
			this.counted += tokenizer.applyAsLong(asString());
			this.length = 0;
		}
		if (this.length + size > this.text.length) {
			this.text = Arrays.copyOf(this.text, Math.max(this.length + size, this.text.length * 2));
		}
		System.arraycopy(bytes, from, this.text, this.length, size);
		this.length += size;
	}

	/** About how many tokens it was, at no cost. */
	public long roughTokens() {
		return this.pieces;
	}

	/** How many tokens it was, by tokenizer. */
	public long tokens(ToLongFunction<String> tokenizer) {
		return this.counted + ((this.length == 0) ? 0 : tokenizer.applyAsLong(asString()));
	}

	private String asString() {
		return new String(this.text, 0, this.length, StandardCharsets.UTF_8);
	}

}
