package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.openai.ChatWire;
import dev.tallygate.gateway.provider.Dialect;
import java.util.List;
import java.util.Set;

/**
 * The wires there are, and which providers speak them.
 */
final class Wires {

	private final ChatWire chat = new ChatWire();

	private final Set<Wire> openAi = Set.of(this.chat);

	/** Each with the path it is served at. */
	List<Served> served() {
		return List.of(new Served("/v1/chat/completions", this.chat));
	}

	/** Whether a provider takes requests of this wire as they are. */
	boolean speaks(Dialect dialect, String provider, Wire wire) {
		return switch (dialect) {
			case OPENAI -> this.openAi.contains(wire);
			case ANTHROPIC -> false;
		};
	}

	/**
	 * A wire and its place.
	 *
	 * @param path where calls of it are posted
	 * @param wire the wire
	 */
	record Served(String path, Wire wire) {

	}

}
