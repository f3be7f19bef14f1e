package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Call;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.PromptCache;
import dev.tallygate.simulator.call.Refusal;
import dev.tallygate.simulator.call.Wire;
import dev.tallygate.simulator.chat.ChatWire;
import dev.tallygate.simulator.embeddings.EmbeddingsWire;
import dev.tallygate.simulator.messages.MessagesWire;
import dev.tallygate.simulator.responses.ResponsesWire;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The simulated providers: what is to be done with a request under each path.
 */
final class Providers {

	private static final Set<String> NAMES = Set.of("openai", "anthropic", "ollama", "manus");

	private final ResponsesWire responses = new ResponsesWire();

	private final PromptCache cache = new PromptCache();

	private final Controls controls;

	Providers(Controls controls) {
		this.controls = controls;
	}

	/** The provider whose path it is; on the bare {@code /v1} the wire tells. */
	static String name(String path, boolean anthropic) {
		int slash = path.indexOf('/', 1);
		String first = (slash > 0) ? path.substring(1, slash) : "";
		if (NAMES.contains(first)) {
			return first;
		}
		return anthropic ? "anthropic" : "openai";
	}

	/** The wire that a path is of; where it is of none, the key's header tells. */
	Wire wire(String path, boolean anthropicKey) {
		if (path.contains("/chat/") || path.contains("/embeddings")) {
			return ChatWire.OPENAI;
		}
		if (path.contains("/responses")) {
			return this.responses;
		}
		return (anthropicKey || path.contains("/messages") || path.startsWith("/anthropic/")) ? MessagesWire.INSTANCE
				: ChatWire.OPENAI;
	}

	/**
	 * What a request asks for.
	 * @param said method and path, without the provider's name
	 * @param wire of the path
	 * @param body of the request, read when it is needed
	 * @param owner the fingerprint of the key
	 */
	Asked asked(String said, String provider, Wire wire, Supplier<JsonNode> body, String owner) {
		Directives everyCall = this.controls.everyCall();
		boolean ollama = provider.equals("ollama");
		return switch (said) {
			case "GET /v1/models" ->
				Asked.told((wire instanceof MessagesWire) ? ModelLists.anthropic() : ModelLists.openai(ollama));
			case "POST /v1/chat/completions" ->
				Asked.of((ollama ? ChatWire.OLLAMA : ChatWire.OPENAI).read(body.get(), everyCall));
			case "POST /v1/messages" -> Asked.of(MessagesWire.INSTANCE.read(body.get(), everyCall, this.cache));
			case "POST /v1/messages/count_tokens" -> Asked
				.told("{\"input_tokens\":" + MessagesWire.INSTANCE.count(body.get(), everyCall).inputTokens() + "}");
			case "POST /v1/responses" -> Asked.of(this.responses.read(body.get(), everyCall, owner));
			case "POST /v1/embeddings" -> Asked.of(EmbeddingsWire.INSTANCE.read(body.get(), everyCall));
			default -> other(said, wire, owner);
		};
	}

	private Asked other(String said, Wire wire, String owner) {
		if (said.startsWith("GET /v1/models/")) {
			return Asked.told(ModelLists.one(said.substring("GET /v1/models/".length()), wire instanceof MessagesWire));
		}
		if (said.contains(" /v1/responses/")) {
			return Asked.told(this.responses.stored().answer(said, owner));
		}
		throw new Refusal(404, "Unknown request URL: " + said);
	}

	/**
	 * What a request asks for: a call, or what can be said at once.
	 */
	record Asked(@Nullable Call call, String document) {

		static Asked of(Call call) {
			return new Asked(call, "");
		}

		static Asked told(String document) {
			return new Asked(null, document);
		}

	}

}
