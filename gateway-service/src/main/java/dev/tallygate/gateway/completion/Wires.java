package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.embeddings.EmbeddingsWire;
import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.gateway.dialect.openai.ChatWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import dev.tallygate.gateway.provider.Dialect;
import java.util.List;
import java.util.Set;

/**
 * The wires there are, and which providers speak them.
 */
final class Wires {

	private final Wire chat = new ChatWire();

	private final Wire messages = new MessagesWire();

	private final Wire responses = new ResponsesWire();

	private final Wire embeddings = new EmbeddingsWire();

	private final Set<String> speakResponses;

	/**
	 * The wires.
	 * @param speakResponses the providers of the OpenAI dialect that take responses
	 */
	Wires(Set<String> speakResponses) {
		this.speakResponses = Set.copyOf(speakResponses);
	}

	/** Each with the path it is served at. */
	List<Served> served() {
		return List.of(new Served("/v1/chat/completions", this.chat), new Served("/v1/messages", this.messages),
				new Served("/v1/responses", this.responses), new Served("/v1/embeddings", this.embeddings));
	}

	/** The wire of count-tokens. */
	Wire messages() {
		return this.messages;
	}

	/** The wire of stored responses. */
	Wire responses() {
		return this.responses;
	}

	/** Whether a provider takes requests of this wire as they are. */
	boolean speaks(Dialect dialect, String provider, Wire wire) {
		return switch (wire.operation()) {
			case CHAT, EMBEDDINGS -> dialect == Dialect.OPENAI;
			case RESPONSES -> dialect == Dialect.OPENAI && this.speakResponses.contains(provider);
			case MESSAGES -> dialect == Dialect.ANTHROPIC;
		};
	}

	/** The wire by which a provider is reached from another one. */
	Wire reaching(Dialect dialect) {
		return switch (dialect) {
			case OPENAI -> this.chat;
			case ANTHROPIC -> this.messages;
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
