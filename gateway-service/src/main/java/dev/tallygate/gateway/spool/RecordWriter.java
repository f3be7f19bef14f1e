package dev.tallygate.gateway.spool;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of one record.
 */
final class RecordWriter {

	private static final int NULL = -1;

	private byte[] bytes;

	private int size = Frame.HEADER_BYTES;

	RecordWriter(RecordType type, int expectedBytes) {
		this.bytes = new byte[Frame.HEADER_BYTES + expectedBytes];
		this.bytes[this.size++] = type.code();
	}

	RecordWriter int8(int value) {
		room(1);
		this.bytes[this.size++] = (byte) value;
		return this;
	}

	RecordWriter int32(int value) {
		room(Integer.BYTES);
		Frame.INTS.set(this.bytes, this.size, value);
		this.size += Integer.BYTES;
		return this;
	}

	RecordWriter int64(long value) {
		room(Long.BYTES);
		Frame.LONGS.set(this.bytes, this.size, value);
		this.size += Long.BYTES;
		return this;
	}

	RecordWriter uuid(UUID value) {
		return int64(value.getMostSignificantBits()).int64(value.getLeastSignificantBits());
	}

	RecordWriter optionalUuid(@Nullable UUID value) {
		return (value == null) ? int8(0) : int8(1).uuid(value);
	}

	RecordWriter instant(Instant value) {
		return int64(value.getEpochSecond()).int32(value.getNano());
	}

	RecordWriter text(@Nullable String value) {
		if (value == null) {
			return int32(NULL);
		}
		byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
		return int32(utf8.length).rest(utf8);
	}

	RecordWriter rest(byte[] value) {
		return rest(value, 0, value.length);
	}

	private RecordWriter rest(byte[] value, int from, int length) {
		room(length);
		System.arraycopy(value, from, this.bytes, this.size, length);
		this.size += length;
		return this;
	}

	/** Takes what an encoder writes as the rest of the body. */
	OutputStream rest() {
		return new OutputStream() {
			@Override
			public void write(int value) {
				int8(value);
			}

			@Override
			public void write(byte[] value, int from, int length) {
				rest(value, from, length);
			}
		};
	}

	/** How many bytes the frame has by now. */
	int size() {
		return this.size;
	}

	private void room(int more) {
		if (this.size + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.size + more, 2 * this.bytes.length));
		}
	}

	/**
	 * The finished frame.
	 */
	byte[] frame() {
		byte[] frame = unsealed();
		Frame.seal(frame);
		return frame;
	}

	/**
	 * The frame of which something will still be changed before {@link Frame#seal}.
	 */
	byte[] unsealed() {
		return (this.size == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.size);
	}

}
