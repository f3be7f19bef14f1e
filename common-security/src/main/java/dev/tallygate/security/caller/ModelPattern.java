package dev.tallygate.security.caller;

/**
 * An entry of a key's {@code allowedModels}: {@code provider:model},
 * {@code provider/model} or a bare model, with {@code *} for any characters, as in
 * {@code openai:*} or {@code claude-*}.
 *
 * @param text the entry
 */
public record ModelPattern(String text) {

	/** The longest name of a model that is looked at, in characters; so of an entry. */
	public static final int MAX_LENGTH = 200;

	private static final char ANY = '*';

	/**
	 * Whether it has an asterisk, so that it may mean several models.
	 */
	public boolean isOpen() {
		return this.text.indexOf(ANY) >= 0;
	}

	/**
	 * Whether it means this model of this provider.
	 */
	public boolean matches(String provider, String model) {
		return glob(this.text, provider + ":" + model) || glob(this.text, provider + "/" + model)
				|| glob(this.text, model);
	}

	/**
	 * Whether every model that the other entry means is meant by this one, too. An
	 * asterisk of the other is only covered by one of this, and what has one with a slash
	 * also means models of any provider that are named so.
	 */
	public boolean covers(ModelPattern other) {
		String theirs = other.isOpen() ? other.text : canonical(other.text);
		return glob(canonical(this.text), theirs) || glob(this.text, other.text);
	}

	private static String canonical(String text) {
		int slash = text.indexOf('/');
		int colon = text.indexOf(':');
		return (slash > 0 && (colon < 0 || slash < colon)) ? text.substring(0, slash) + ":" + text.substring(slash + 1)
				: text;
	}

	/** Linear in what is left for each asterisk, without recursion. */
	private static boolean glob(String pattern, String text) {
		int at = 0;
		int next = 0;
		int star = -1;
		int resume = 0;
		while (next < text.length()) {
			if (at < pattern.length() && pattern.charAt(at) == ANY) {
				star = at++;
				resume = next;
			}
			else if (at < pattern.length() && pattern.charAt(at) == text.charAt(next)) {
				at++;
				next++;
			}
			else if (star >= 0) {
				at = star + 1;
				next = ++resume;
			}
			else {
				return false;
			}
		}
		while (at < pattern.length() && pattern.charAt(at) == ANY) {
			at++;
		}
		return at == pattern.length();
	}

}
