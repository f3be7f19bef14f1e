package dev.tallygate.security.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A secret text. It cannot be printed, serialised or compared by accident: it says
 * {@code [secret]} of itself, is equal to itself alone, is not {@code Serializable}, and
 * JSON refuses it. Two secrets are compared with {@link #matches} in constant time.
 */
@JsonSerialize(using = Secret.Refusal.class)
public final class Secret {

	private final byte[] utf8;

	private Secret(byte[] utf8) {
		this.utf8 = utf8;
	}

	/**
	 * Holds a text.
	 */
	public static Secret of(String text) {
		return new Secret(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Holds a copy of UTF-8 bytes; the caller may wipe its own.
	 */
	public static Secret copyOf(byte[] utf8) {
		return new Secret(utf8.clone());
	}

	/**
	 * Lends the bytes for one use. The copy is wiped afterwards.
	 */
	public <R extends @Nullable Object> R use(Function<byte[], R> use) {
		byte[] copy = this.utf8.clone();
		try {
			return use.apply(copy);
		}
		finally {
			Arrays.fill(copy, (byte) 0);
		}
	}

	/**
	 * Lends the text for one use, for those who need a {@code String}, such as a header.
	 * The text itself stays in memory until it is collected.
	 */
	public <R extends @Nullable Object> R useText(Function<String, R> use) {
		return use.apply(new String(this.utf8, StandardCharsets.UTF_8));
	}

	/**
	 * The number of its bytes.
	 */
	public int length() {
		return this.utf8.length;
	}

	/**
	 * Whether the other secret has the same content; takes the same time wherever they
	 * differ.
	 */
	public boolean matches(Secret other) {
		return MessageDigest.isEqual(this.utf8, other.utf8);
	}

	@Override
	public String toString() {
		return "[secret]";
	}

	/** Refuses to write a secret as JSON. */
	static final class Refusal extends StdSerializer<Secret> {

		Refusal() {
			super(Secret.class);
		}

		@Override
		public void serialize(Secret value, JsonGenerator json, SerializationContext context) {
			context.reportBadDefinition(Secret.class, "a secret is never written as JSON");
		}

	}

}
