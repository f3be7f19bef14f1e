package dev.tallygate.security.paging;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * Where in a list that shows the newest first a page begins: after the entry with this
 * time and id.
 *
 * @param createdAt of that entry
 * @param id of that entry
 */
public record NewestFirst(Instant createdAt, UUID id) {

	/** Before every entry. */
	public static final NewestFirst BEGINNING = new NewestFirst(Instant.parse("9999-01-01T00:00:00Z"),
			new UUID(-1, -1));

	private static final int FIRST_YEAR = 1970;

	private static final int LAST_YEAR = 9999;

	/**
	 * Reads the parts of a {@link Cursor}.
	 */
	public static NewestFirst parse(List<String> parts) {
		if (parts.size() != 2) {
			throw new IllegalArgumentException("a time and an id");
		}
		Instant at = Instant.parse(parts.get(0));
		int year = at.atOffset(ZoneOffset.UTC).getYear();
		if (year < FIRST_YEAR || year > LAST_YEAR) {
			throw new IllegalArgumentException("a time that no database has");
		}
		return new NewestFirst(at, UUID.fromString(parts.get(1)));
	}

	/**
	 * The cursor for the page after an entry.
	 */
	public static Cursor after(Instant createdAt, Object id) {
		return Cursor.of(createdAt, id);
	}

}
