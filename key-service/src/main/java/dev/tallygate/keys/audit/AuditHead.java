package dev.tallygate.keys.audit;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The newest entry of a chain at some time, as published.
 *
 * @param chain which chain
 * @param seq the entry's place there
 * @param hash the entry's hash, in hex
 * @param at when it was published
 */
record AuditHead(int chain, long seq, String hash, Instant at) {

	private static final JsonMapper JSON = new JsonMapper();

	static AuditHead of(int chain, AuditLog.Head head, Instant at) {
		return new AuditHead(chain, head.seq(), HexFormat.of().formatHex(head.hash()), at);
	}

	boolean agreesWith(byte[] other) {
		return Arrays.equals(HexFormat.of().parseHex(this.hash), other);
	}

	byte[] encode() {
		return JSON.writeValueAsBytes(this);
	}

	/** Null when it is no head. */
	static @Nullable AuditHead decode(byte[] bytes) {
		try {
			return JSON.readValue(bytes, AuditHead.class);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

}
