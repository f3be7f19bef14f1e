package dev.tallygate.keys.audit;

import dev.tallygate.security.secret.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A change with what makes its hash impossible to guess. The hash is in the chain; salt
 * and values are beside it and can go.
 *
 * @param salt 16 random bytes
 * @param change before and after
 */
// Bytes are compared nowhere.
@SuppressWarnings("ArrayRecordComponent")
record SaltedChange(byte[] salt, AuditChange change) {

	/** Marks the hash of a change that goes with the person. */
	static final String PERSONAL = "p:";

	private static final String LASTING = "c:";

	static SaltedChange of(AuditChange change) {
		return new SaltedChange(SaltedAddress.newSalt(), change);
	}

	/** SHA-256 of salt and values, in hex, after what kind of change it is. */
	String hash() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.write(this.salt);
			write(this.change.oldValue(), out);
			write(this.change.newValue(), out);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return (this.change.personal() ? PERSONAL : LASTING)
				+ HexFormat.of().formatHex(Sha256.ofAll(bytes.toByteArray()));
	}

	private static void write(@Nullable String value, DataOutputStream out) throws IOException {
		byte[] text = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
		out.writeBoolean(value != null);
		out.writeInt(text.length);
		out.write(text);
	}

}
