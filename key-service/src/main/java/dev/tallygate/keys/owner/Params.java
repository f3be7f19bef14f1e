package dev.tallygate.keys.owner;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a statement, of which some may be null.
 */
public final class Params {

	private Params() {
	}

	/**
	 * The parameters in their order.
	 */
	public static List<@Nullable Object> of(@Nullable Object... values) {
		return Arrays.asList(values);
	}

}
