package dev.tallygate.pricing;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that is counted and has a price. Meters share nothing: what one counts no
 * other does, so nothing is charged twice. Tokens in come first, then tokens out, then
 * what is no token.
 */
public enum Meter {

	/** Tokens in that are text and touch no cache. */
	INPUT(Kind.TOKENS_IN),
	/** Tokens read from the provider's cache. */
	CACHE_READ(Kind.TOKENS_IN),
	/**
	 * Tokens written to a cache for 5 minutes, and those of which nobody says for how
	 * long.
	 */
	CACHE_WRITE_5M(Kind.TOKENS_IN),
	/** Tokens written to a cache for 30 minutes. */
	CACHE_WRITE_30M(Kind.TOKENS_IN),
	/** Tokens written to a cache for an hour. */
	CACHE_WRITE_1H(Kind.TOKENS_IN),
	/** Tokens written to a cache for 12 hours. */
	CACHE_WRITE_12H(Kind.TOKENS_IN),
	/** Tokens of sound in. */
	AUDIO_INPUT(Kind.TOKENS_IN),
	/** Tokens of sound read from the provider's cache. */
	AUDIO_CACHE_READ(Kind.TOKENS_IN),
	/** Tokens of pictures in. */
	IMAGE_INPUT(Kind.TOKENS_IN),
	/** Tokens of pictures read from the provider's cache. */
	IMAGE_CACHE_READ(Kind.TOKENS_IN),
	/** Tokens of moving pictures in. */
	VIDEO_INPUT(Kind.TOKENS_IN),
	/** Tokens out that are text, and reasoning where it has no price of its own. */
	OUTPUT(Kind.TOKENS_OUT),
	/** Tokens out spent on reasoning. */
	REASONING(Kind.TOKENS_OUT),
	/** Tokens of sound out. */
	AUDIO_OUTPUT(Kind.TOKENS_OUT),
	/** Tokens of pictures out. */
	IMAGE_OUTPUT(Kind.TOKENS_OUT),
	/** Searches of the web by the provider. */
	WEB_SEARCH(Kind.PIECES),
	/** Pages fetched from the web by the provider. */
	WEB_FETCH(Kind.PIECES),
	/** Searches of files by the provider. */
	FILE_SEARCH(Kind.PIECES),
	/** Sandboxes the provider ran code in. */
	CODE_SESSION(Kind.PIECES),
	/** Look-ups in maps by the provider. */
	MAPS(Kind.PIECES),
	/** Pictures, where the piece has a price. */
	IMAGE(Kind.PIECES),
	/** Seconds of sound or film in. */
	SECOND_INPUT(Kind.PIECES),
	/** Seconds of sound or film out. */
	SECOND_OUTPUT(Kind.PIECES),
	/** Characters in, where they have a price. */
	CHARACTER(Kind.PIECES),
	/** Pages read. */
	PAGE(Kind.PIECES),
	/** The call itself. */
	REQUEST(Kind.PIECES);

	private enum Kind {

		TOKENS_IN, TOKENS_OUT, PIECES

	}

	/** How many meters there are. */
	static final int COUNT = values().length;

	private static final Meter[] ALL = values();

	private static final Map<String, Meter> BY_KEY = byKey();

	private final String key = name().toLowerCase(Locale.ROOT);

	private final Kind kind;

	Meter(Kind kind) {
		this.kind = kind;
	}

	private static Map<String, Meter> byKey() {
		Map<String, Meter> meters = new HashMap<>();
		for (Meter meter : ALL) {
			meters.put(meter.key, meter);
		}
		return Map.copyOf(meters);
	}

	/** Its place in arrays that have one for each meter. */
	@SuppressWarnings("EnumOrdinal")
	int index() {
		return ordinal();
	}

	/** All of them, in order. */
	public static List<Meter> all() {
		return List.of(ALL);
	}

	static Meter at(int index) {
		return ALL[index];
	}

	/** The meter with this name on the wire, or null when there is none. */
	public static @Nullable Meter of(String key) {
		return BY_KEY.get(key);
	}

	/** Its name on the wire, such as {@code cache_read}. */
	public String key() {
		return this.key;
	}

	/** Whether it counts tokens of the prompt. */
	public boolean isInputToken() {
		return this.kind == Kind.TOKENS_IN;
	}

	/** Whether it counts tokens of the answer. */
	public boolean isOutputToken() {
		return this.kind == Kind.TOKENS_OUT;
	}

	/** Whether it counts tokens; only their prices are multiplied by region and speed. */
	public boolean isToken() {
		return this.kind != Kind.PIECES;
	}

	/** Whether it counts tokens written to a cache. */
	public boolean isCacheWrite() {
		return this == CACHE_WRITE_5M || this == CACHE_WRITE_30M || this == CACHE_WRITE_1H || this == CACHE_WRITE_12H;
	}

	/** Whether it counts tokens read from a cache. */
	public boolean isCacheRead() {
		return this == CACHE_READ || this == AUDIO_CACHE_READ || this == IMAGE_CACHE_READ;
	}

}
