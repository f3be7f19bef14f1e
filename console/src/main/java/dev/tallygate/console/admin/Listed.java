package dev.tallygate.console.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of one of the services' lists.
 *
 * @param <T> its rows
 */
record Listed<T>(@Nullable List<T> data, @Nullable String nextCursor) {

	public List<T> rows() {
		return (this.data != null) ? this.data : List.of();
	}

}
