package dev.tallygate.gateway.spool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How a record lies in a segment: two bytes of magic, the length of the body, a CRC-32C
 * of length and body, the body. All numbers are big-endian.
 */
final class Frame {

	/** Bytes before the body. */
	static final int HEADER_BYTES = 10;

	/** The largest body; what claims to be larger is damaged. */
	static final int MAX_BODY_BYTES = 1024 * 1024;

	static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

	static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

	private static final byte MAGIC_1 = (byte) 0xA7;

	private static final byte MAGIC_2 = (byte) 0x1E;

	private static final int LENGTH_AT = 2;

	private static final int CRC_AT = 6;

	private Frame() {
	}

	/**
	 * Fills in the bytes before the body of a frame that takes the whole of
	 * {@code frame}.
	 */
	static void seal(byte[] frame) {
		frame[0] = MAGIC_1;
		frame[1] = MAGIC_2;
		INTS.set(frame, LENGTH_AT, frame.length - HEADER_BYTES);
		INTS.set(frame, CRC_AT, crc(frame, 0, frame.length - HEADER_BYTES));
	}

	/**
	 * The length of the whole frame at {@code offset}, or -1 when there is no intact one.
	 */
	static int lengthAt(byte[] bytes, int offset, int end) {
		if (end - offset <= HEADER_BYTES || bytes[offset] != MAGIC_1 || bytes[offset + 1] != MAGIC_2) {
			return -1;
		}
		int body = (int) INTS.get(bytes, offset + LENGTH_AT);
		if (body < 1 || body > MAX_BODY_BYTES || body > end - offset - HEADER_BYTES
				|| crc(bytes, offset, body) != (int) INTS.get(bytes, offset + CRC_AT)) {
			return -1;
		}
		return HEADER_BYTES + body;
	}

	private static int crc(byte[] bytes, int offset, int body) {
		CRC32C crc = new CRC32C();
		crc.update(bytes, offset + LENGTH_AT, Integer.BYTES);
		crc.update(bytes, offset + HEADER_BYTES, body);
		return (int) crc.getValue();
	}

}
