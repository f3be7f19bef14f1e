package dev.tallygate.security.caller;

import dev.tallygate.events.KeyType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * The form of Tallygate's API keys: {@code tg_dev_} or {@code tg_prod_}, then 40
 * characters of base62 from a secure random source (238 bits), then 6 characters of
 * base62: the CRC32 of everything before them, most significant digit first. Scanners can
 * spot a key, and a typo costs no look-up.
 */
public final class ApiKeyFormat {

	private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private static final String MARK = "tg_";

	private static final int RANDOM_LENGTH = 40;

	private static final int MIN_RANDOM_LENGTH = 32;

	private static final int CHECK_LENGTH = 6;

	private static final int MAX_LENGTH = 128;

	/** The longest token of any kind that is looked at, in characters. */
	private static final int MAX_TOKEN_LENGTH = 8192;

	private static final int PREFIX_LENGTH = 12;

	private static final SecureRandom RANDOM = new SecureRandom();

	private ApiKeyFormat() {
	}

	/**
	 * Makes a new key.
	 */
	public static String generate(KeyType type) {
		StringBuilder key = new StringBuilder(prefixOf(type));
		for (int i = 0; i < RANDOM_LENGTH; i++) {
			key.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
		}
		return key.append(check(key.toString())).toString();
	}

	/**
	 * The part of a key that may be shown: its first 12 characters.
	 */
	public static String keyPrefix(String key) {
		return key.substring(0, Math.min(PREFIX_LENGTH, key.length()));
	}

	/**
	 * Whether {@code token} has the form of an issued key, its check characters included.
	 */
	public static boolean isWellFormed(String token) {
		int start = prefixLength(token);
		if (start < 0 || token.length() > MAX_LENGTH || token.length() < start + MIN_RANDOM_LENGTH + CHECK_LENGTH) {
			return false;
		}
		for (int i = start; i < token.length(); i++) {
			if (!isBase62(token.charAt(i))) {
				return false;
			}
		}
		int body = token.length() - CHECK_LENGTH;
		return check(token.substring(0, body)).equals(token.substring(body));
	}

	/**
	 * Whether {@code token} is worth a look-up. What starts like an issued key must be
	 * well formed; anything else may be a bootstrap administrator's key or a JWT, as long
	 * as it is printable ASCII.
	 */
	public static boolean isWorthLookingUp(String token) {
		if (token.startsWith(MARK)) {
			return isWellFormed(token);
		}
		if (token.isEmpty() || token.length() > MAX_TOKEN_LENGTH) {
			return false;
		}
		for (int i = 0; i < token.length(); i++) {
			if (token.charAt(i) <= ' ' || token.charAt(i) > '~') {
				return false;
			}
		}
		return true;
	}

	private static String prefixOf(KeyType type) {
		return switch (type) {
			case DEV -> "tg_dev_";
			case PROD -> "tg_prod_";
		};
	}

	private static int prefixLength(String token) {
		for (KeyType type : KeyType.values()) {
			if (token.startsWith(prefixOf(type))) {
				return prefixOf(type).length();
			}
		}
		return -1;
	}

	private static boolean isBase62(char c) {
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	}

	private static String check(String text) {
		CRC32 crc = new CRC32();
		crc.update(text.getBytes(StandardCharsets.US_ASCII));
		char[] digits = new char[CHECK_LENGTH];
		long rest = crc.getValue();
		for (int i = CHECK_LENGTH - 1; i >= 0; i--) {
			digits[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
			rest /= ALPHABET.length();
		}
		return new String(digits);
	}

}
