package dev.tallygate.simulator.call;

/**
 * A stretch of an answer. Each of its pieces is one token.
 */
public sealed interface Part {

	/** How many pieces it has. */
	int pieces();

	/** The same with fewer pieces. */
	Part first(int pieces);

	/**
	 * Reasoning that can be seen.
	 */
	record Thinking(int pieces) implements Part {

		@Override
		public Part first(int pieces) {
			return new Thinking(pieces);
		}

	}

	/**
	 * Words.
	 */
	record Text(int pieces) implements Part {

		@Override
		public Part first(int pieces) {
			return new Text(pieces);
		}

	}

	/**
	 * A call of a tool.
	 *
	 * @param custom whether its input is free text rather than JSON
	 * @param arguments all of them, as text
	 */
	record ToolUse(String id, String name, boolean custom, String arguments, int pieces) implements Part {

		/** Characters of arguments in a piece. */
		private static final int FRAGMENT = 8;

		static ToolUse of(String id, String name, boolean custom, String arguments) {
			return new ToolUse(id, name, custom, arguments, Math.max(1, -Math.floorDiv(-arguments.length(), FRAGMENT)));
		}

		@Override
		public Part first(int pieces) {
			String kept = this.arguments.substring(0, Math.min(this.arguments.length(), pieces * FRAGMENT));
			return new ToolUse(this.id, this.name, this.custom, kept, pieces);
		}

		/** The piece of the arguments at an index. */
		public String fragment(int index) {
			int from = Math.min(index * FRAGMENT, this.arguments.length());
			return this.arguments.substring(from, Math.min(from + FRAGMENT, this.arguments.length()));
		}

	}

}
