package dev.tallygate.security.paging;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param data the entries
 * @param nextCursor what to ask the next page with; null on the last
 * @param <T> the kind of entry
 */
public record Page<T>(List<T> data, @Nullable String nextCursor) {

	public Page {
		data = List.copyOf(data);
	}

	/**
	 * Makes a page of what a query for one entry more than {@code limit} found.
	 * @param found at most {@code limit + 1} entries, in order
	 * @param limit the size of a page
	 * @param cursor where the page after an entry begins
	 */
	public static <T> Page<T> of(List<T> found, int limit, Function<T, Cursor> cursor) {
		if (found.size() <= limit) {
			return new Page<>(found, null);
		}
		List<T> data = found.subList(0, limit);
		return new Page<>(data, cursor.apply(data.getLast()).toString());
	}

}
