package dev.tallygate.security.seal;

import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a process seals with. The first encrypts, all decrypt.
 */
public final class SealingKeys {

	private static final String FORM = "Set it to 'id:64 hex digits', several separated by commas, the first encrypts.";

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,32}");

	private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

	private final Map<String, SealingKey> byId = new LinkedHashMap<>();

	private final String variable;

	private SealingKeys(String variable) {
		this.variable = variable;
	}

	/**
	 * Reads {@code id:64 hex digits}, comma-separated.
	 * @param variable where they are configured, to be named in a refusal
	 * @throws UnusableSecretException when it is missing, malformed, a placeholder or
	 * duplicate
	 */
	public static SealingKeys parse(String variable, @Nullable Secret configured) {
		SealingKeys keys = new SealingKeys(variable);
		if (configured == null || configured.length() == 0) {
			throw keys.unusable("is not set");
		}
		for (String part : configured.useText((text) -> text.split(",", -1))) {
			keys.add(part.strip());
		}
		return keys;
	}

	private void add(String part) {
		int colon = part.indexOf(':');
		String id = (colon > 0) ? part.substring(0, colon) : "";
		if (!ID.matcher(id).matches()) {
			throw unusable("has an entry without an id of 1 to 32 letters, digits, '.', '_' or '-'");
		}
		String hex = part.substring(colon + 1);
		if (!HEX.matcher(hex).matches()) {
			throw unusable("has a key '" + id + "' that is not exactly 64 hex digits");
		}
		byte[] bytes = HexFormat.of().parseHex(hex);
		if (isPlaceholder(bytes)) {
			throw unusable("has a key '" + id + "' that is a placeholder");
		}
		checkNew(id, bytes);
		this.byId.put(id, SealingKey.of(id, bytes));
	}

	private void checkNew(String id, byte[] bytes) {
		if (this.byId.containsKey(id)) {
			throw unusable("has the id '" + id + "' twice");
		}
		for (SealingKey other : this.byId.values()) {
			if (MessageDigest.isEqual(other.key().getEncoded(), bytes)) {
				throw unusable("has the same key as '" + other.id() + "' and as '" + id + "'");
			}
		}
	}

	/**
	 * All bytes the same, as a placeholder has. Whether any other key is random, its
	 * digits cannot tell.
	 */
	private static boolean isPlaceholder(byte[] bytes) {
		for (byte each : bytes) {
			if (each != bytes[0]) {
				return false;
			}
		}
		return bytes[0] == 0 || bytes[0] == (byte) 0xFF;
	}

	private UnusableSecretException unusable(String trouble) {
		return new UnusableSecretException(this.variable, trouble, FORM);
	}

	/** The one that encrypts. */
	public SealingKey first() {
		return this.byId.values().iterator().next();
	}

	/** The one of this id; null when it is not configured. */
	public @Nullable SealingKey find(String id) {
		return this.byId.get(id);
	}

	/** All of them, the first one first. */
	public Collection<SealingKey> all() {
		return this.byId.values();
	}

}
