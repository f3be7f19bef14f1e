package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.dialect.conversation.Crossing;
import dev.tallygate.gateway.dialect.embeddings.EmbeddingsWire;
import dev.tallygate.gateway.dialect.messages.MessagesWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import dev.tallygate.gateway.provider.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wires there are, and which providers speak them.
 */
public final class Wires {

	private final Wire chat = new ChatWire();

	private final Wire messages = new MessagesWire();

	private final Wire responses = new ResponsesWire();

	private final Wire embeddings = new EmbeddingsWire();

	/** Each with the path it is served at. */
	public List<Served> served() {
		return List.of(new Served("/v1/chat/completions", this.chat), new Served("/v1/messages", this.messages),
				new Served("/v1/responses", this.responses), new Served("/v1/embeddings", this.embeddings));
	}

	/** The wire of count-tokens. */
	public Wire messages() {
		return this.messages;
	}

	/** The wire of stored responses. */
	public Wire responses() {
		return this.responses;
	}

	/** The wires of the SDKs that understand an envelope. */
	public List<Wire> askedWith(Envelope envelope) {
		return served().stream().map(Served::wire).filter((wire) -> wire.envelope().equals(envelope)).toList();
	}

	/**
	 * The wire by which a provider is reached that does not speak the caller's; null
	 * where none can carry the call.
	 */
	public @Nullable Wire reaching(Provider provider, Wire from) {
		for (Wire wire : List.of(this.chat, this.messages)) {
			if (provider.speaks(wire.operation()) && Crossing.between(from.operation(), wire.operation()) != null) {
				return wire;
			}
		}
		return null;
	}

	/** Whether calls of this wire get to a provider, as they are or translated. */
	public boolean reaches(Provider provider, Wire from) {
		return provider.speaks(from.operation()) || reaching(provider, from) != null;
	}

	/**
	 * A wire and its place.
	 *
	 * @param path where calls of it are posted
	 * @param wire the wire
	 */
	public record Served(String path, Wire wire) {

	}

}
