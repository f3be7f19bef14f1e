package dev.tallygate.gateway.dialect.conversation;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifiers, each in the form its wire has for it.
 */
final class Ids {

	private Ids() {
	}

	/** One that nobody else has. */
	static String random() {
		return UUID.randomUUID().toString().replace("-", "");
	}

	/**
	 * An answer's id: the provider's own where it has the prefix, else the provider's
	 * behind it.
	 */
	static String answer(String prefix, @Nullable String id) {
		if (id == null || id.isBlank()) {
			return prefix + random();
		}
		String plain = plain(id);
		if (plain.startsWith(prefix)) {
			return plain;
		}
		String own = plain.startsWith("chatcmpl-") ? plain.substring("chatcmpl-".length()) : plain;
		return prefix + own.substring(own.lastIndexOf('_') + 1);
	}

	/**
	 * A tool call's id in the letters that every wire takes. The same id gives the same
	 * every time, so calls and results stay together.
	 */
	static String toolCall(String id) {
		String plain = plain(id);
		return plain.equals(id) ? id : plain + '_' + Integer.toHexString(id.hashCode());
	}

	private static String plain(String id) {
		StringBuilder plain = new StringBuilder(id.length());
		for (int i = 0; i < id.length(); i++) {
			char c = id.charAt(i);
			boolean good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
					|| c == '-';
			plain.append(good ? c : '_');
		}
		return plain.toString();
	}

}
