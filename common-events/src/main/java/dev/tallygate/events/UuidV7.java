package dev.tallygate.events;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;

/**
 * Time-ordered UUIDs, version 7 of RFC 9562: 48 bits of milliseconds since the epoch,
 * then version, variant and 74 further bits.
 */
public final class UuidV7 {

	private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

	private static final int CANONICAL_LENGTH = 36;

	private UuidV7() {
	}

	/**
	 * Makes a new one from the current time; within a millisecond later ones sort after
	 * earlier ones.
	 */
	public static UUID next() {
		return GENERATOR.generate();
	}

	/**
	 * Parses any UUID in its canonical form. {@link UUID#fromString} also takes shortened
	 * groups, so that two texts could name one id.
	 * @throws IllegalArgumentException when {@code text} is anything else
	 */
	public static UUID parse(String text) {
		if (text.length() != CANONICAL_LENGTH) {
			throw new IllegalArgumentException("not a UUID");
		}
		return UUID.fromString(text);
	}

	/**
	 * The time bits of {@code id}, whatever its version says.
	 */
	public static Instant timeOf(UUID id) {
		return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
	}

	/**
	 * The lowest id of a time, whole milliseconds: every id made before then is lower,
	 * and none made since.
	 */
	public static UUID firstAt(Instant time) {
		return new UUID((time.toEpochMilli() << 16) | 0x7000L, Long.MIN_VALUE);
	}

	/**
	 * Whether {@code id} says of itself that it is a version 7.
	 */
	public static boolean isVersion7(UUID id) {
		return id.version() == 7;
	}

	/**
	 * Derives an id from another and a name: the same time bits, so that it lands in the
	 * same partition, and a SHA-256 of both for the rest, so that deriving it again gives
	 * the same id.
	 */
	public static UUID derive(UUID base, String name) {
		byte[] hash = sha256(base, name);
		ByteBuffer bits = ByteBuffer.wrap(hash);
		long high = (base.getMostSignificantBits() & 0xFFFF_FFFF_FFFF_0000L) | 0x7000L | (bits.getLong() & 0x0FFFL);
		long low = 0x8000_0000_0000_0000L | (bits.getLong() & 0x3FFF_FFFF_FFFF_FFFFL);
		return new UUID(high, low);
	}

	private static byte[] sha256(UUID base, String name) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(ByteBuffer.allocate(2 * Long.BYTES)
				.putLong(base.getMostSignificantBits())
				.putLong(base.getLeastSignificantBits())
				.flip());
			return digest.digest(name.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
