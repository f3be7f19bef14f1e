package dev.tallygate.gateway.dialect.conversation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The hints of a request that its provider will not see, so that the caller can be told.
 */
final class LeftOut {

	private static final int MOST = 32;

	private final Set<String> names = new LinkedHashSet<>();

	/** Notes a hint by the name the documentation lists it under. */
	void add(String name) {
		if (this.names.size() < MOST) {
			this.names.add(name);
		}
	}

	List<String> names() {
		return List.copyOf(this.names);
	}

}
