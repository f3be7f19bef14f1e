package dev.tallygate.gateway.dialect.conversation;

import java.util.ArrayList;
import java.util.List;

/**
 * What one side said.
 *
 * @param role who
 * @param parts what, in order
 */
record Turn(Role role, List<Part> parts) {

	/** Who says something. */
	enum Role {

		/** The one who sets the rules. */
		SYSTEM,
		/** The one who asks, and the tools. */
		USER,
		/** The model. */
		ASSISTANT

	}

	Turn {
		parts = List.copyOf(parts);
	}

	static Turn of(Role role, String text) {
		return new Turn(role, List.of(new Part.Text(text)));
	}

	Turn and(Turn next) {
		List<Part> both = new ArrayList<>(this.parts);
		both.addAll(next.parts);
		return new Turn(this.role, both);
	}

	/** All its text, piece after piece. */
	String text(String between) {
		StringBuilder all = new StringBuilder();
		for (Part part : this.parts) {
			if (part instanceof Part.Text(String text)) {
				all.append(all.isEmpty() ? "" : between).append(text);
			}
		}
		return all.toString();
	}

}
