package dev.tallygate.gateway.dialect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A body of which a few stretches are replaced and every other byte stays as it came.
 */
public final class SplicedBody {

	private byte[] body;

	private int length;

	private List<Splice> splices;

	/**
	 * A body with these splices.
	 * @param body holds the bytes, from 0
	 * @param length how many
	 * @param splices in any order, none overlapping
	 */
	public SplicedBody(byte[] body, int length, List<Splice> splices) {
		this.body = body;
		this.length = length;
		this.splices = new ArrayList<>(splices);
		this.splices.sort(Comparator.comparingInt(Splice::from));
	}

	/** How many bytes it has. */
	public int length() {
		int total = this.length;
		for (Splice splice : this.splices) {
			total += splice.with().length - (splice.to() - splice.from());
		}
		return total;
	}

	/** Keeps it no longer; what is written from now on is nothing. */
	public void letGo() {
		this.body = new byte[0];
		this.length = 0;
		this.splices = List.of();
	}

	/** Writes it. */
	public void writeTo(OutputStream out) throws IOException {
		int position = 0;
		for (Splice splice : this.splices) {
			out.write(this.body, position, splice.from() - position);
			out.write(splice.with());
			position = splice.to();
		}
		out.write(this.body, position, this.length - position);
	}

	/**
	 * A stretch of bytes and what stands there instead.
	 *
	 * @param from its first byte
	 * @param to the byte after its last; the same as {@code from} to put something in
	 * @param with what stands there instead
	 */
	@SuppressWarnings("ArrayRecordComponent") // compared nowhere
	public record Splice(int from, int to, byte[] with) {

		/** A stretch replaced by a text. */
		public static Splice of(int from, int to, String with) {
			return new Splice(from, to, with.getBytes(StandardCharsets.UTF_8));
		}

	}

}
