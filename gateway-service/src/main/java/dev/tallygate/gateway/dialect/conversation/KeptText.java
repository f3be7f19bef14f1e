package dev.tallygate.gateway.dialect.conversation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A text that comes in pieces and is told once more at its end. Of a long one all but the
 * last pieces are packed, for a caller who does not read keeps them until it is cut.
 */
final class KeptText {

	/**
	 * Up to so many characters stay as they are; most texts are shorter. What holds them
	 * grows to twice as many at most, and that is what a caller who stalls costs.
	 */
	private static final int BLOCK = 8 * 1024;

	private final List<byte[]> blocks = new ArrayList<>(0);

	private final StringBuilder last = new StringBuilder();

	void append(String text) {
		if (!this.last.isEmpty() && this.last.length() + text.length() > BLOCK) {
			this.blocks.add(packed(this.last));
			this.last.setLength(0);
		}
		if (text.length() > BLOCK) {
			this.blocks.add(packed(text));
		}
		else {
			this.last.append(text);
		}
	}

	boolean isEmpty() {
		return this.blocks.isEmpty() && this.last.isEmpty();
	}

	/** Character by character, for a piece may end between the two of one sign. */
	private static byte[] packed(CharSequence text) {
		ByteBuffer characters = ByteBuffer.allocate(text.length() * Character.BYTES);
		characters.asCharBuffer().append(text);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(BLOCK / 2);
		Deflater deflater = new Deflater(Deflater.BEST_SPEED);
		try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
			out.write(characters.array());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			deflater.end();
		}
		return bytes.toByteArray();
	}

	private static CharSequence unpacked(byte[] block) {
		Inflater inflater = new Inflater();
		try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(block), inflater)) {
			return ByteBuffer.wrap(in.readAllBytes()).asCharBuffer();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			inflater.end();
		}
	}

	@Override
	public String toString() {
		if (this.blocks.isEmpty()) {
			return this.last.toString();
		}
		StringBuilder all = new StringBuilder((this.blocks.size() + 1) * BLOCK);
		this.blocks.forEach((block) -> all.append(unpacked(block)));
		return all.append(this.last).toString();
	}

}
