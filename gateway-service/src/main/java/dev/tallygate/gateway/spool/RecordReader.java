package dev.tallygate.gateway.spool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one record, in the order it was written.
 */
final class RecordReader {

	private final ByteBuffer body;

	private final RecordType type;

	/**
	 * Reads the frame of {@code length} bytes at {@code offset}.
	 */
	RecordReader(byte[] bytes, int offset, int length) {
		this.body = ByteBuffer.wrap(bytes, offset + Frame.HEADER_BYTES, length - Frame.HEADER_BYTES);
		this.type = RecordType.of(this.body.get());
	}

	RecordType type() {
		return this.type;
	}

	int int8() {
		return this.body.get();
	}

	int int32() {
		return this.body.getInt();
	}

	long int64() {
		return this.body.getLong();
	}

	UUID uuid() {
		return new UUID(int64(), int64());
	}

	@Nullable UUID optionalUuid() {
		return (int8() == 0) ? null : uuid();
	}

	Instant instant() {
		return Instant.ofEpochSecond(int64(), int32());
	}

	@Nullable String text() {
		int length = int32();
		return (length < 0) ? null : new String(bytes(length), StandardCharsets.UTF_8);
	}

	String requiredText() {
		return new String(bytes(int32()), StandardCharsets.UTF_8);
	}

	boolean hasMore() {
		return this.body.hasRemaining();
	}

	void skip(int bytes) {
		this.body.position(this.body.position() + bytes);
	}

	byte[] rest() {
		return bytes(this.body.remaining());
	}

	private byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		this.body.get(bytes);
		return bytes;
	}

}
