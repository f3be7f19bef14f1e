package dev.tallygate.security.paging;

import dev.tallygate.security.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where in a list the next page begins: the sort keys of the last entry seen. Its text is
 * opaque to callers. Holds nothing that the caller may not see, for it is not signed.
 *
 * @param parts the sort keys, none with a line break
 */
public record Cursor(List<String> parts) {

	private static final int MAX_LENGTH = 4096;

	private static final int FIRST_YEAR = 1;

	private static final int LAST_YEAR = 9999;

	private static final String SEPARATOR = "\n";

	public Cursor {
		parts = List.copyOf(parts);
	}

	/**
	 * A cursor of the given sort keys.
	 */
	public static Cursor of(Object... parts) {
		return new Cursor(Arrays.stream(parts).map(String::valueOf).toList());
	}

	/**
	 * Reads a cursor that a caller sent.
	 * @param text the text; null for the first page
	 * @param parser makes a position of the sort keys; whatever {@link RuntimeException}
	 * it throws means that the cursor is not one of ours
	 * @return the position; null for the first page
	 * @throws ProblemException a 400 when it is not one of ours
	 */
	public static <T> @Nullable T parse(@Nullable String text, Function<List<String>, T> parser) {
		if (text == null || text.isEmpty()) {
			return null;
		}
		if (text.length() > MAX_LENGTH) {
			throw invalid();
		}
		try {
			String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
			Cursor cursor = new Cursor(List.of(decoded.split(SEPARATOR, -1)));
			if (!cursor.toString().equals(text) || cursor.parts.stream().anyMatch(Cursor::hasControls)) {
				throw invalid();
			}
			return parser.apply(cursor.parts);
		}
		catch (RuntimeException ex) {
			throw invalid();
		}
	}

	/**
	 * Reads the parts of a cursor that is a month.
	 * @throws IllegalArgumentException when it is none that a list can have
	 */
	public static YearMonth month(List<String> parts) {
		YearMonth month = YearMonth.parse(parts.getFirst());
		if (month.getYear() < FIRST_YEAR || month.getYear() > LAST_YEAR) {
			throw new IllegalArgumentException("a month that no database has");
		}
		return month;
	}

	private static boolean hasControls(String part) {
		return part.chars().anyMatch(Character::isISOControl);
	}

	private static ProblemException invalid() {
		return ProblemException.invalidField("cursor", "must be a nextCursor of this list");
	}

	@Override
	public String toString() {
		return Base64.getUrlEncoder()
			.withoutPadding()
			.encodeToString(String.join(SEPARATOR, this.parts).getBytes(StandardCharsets.UTF_8));
	}

}
