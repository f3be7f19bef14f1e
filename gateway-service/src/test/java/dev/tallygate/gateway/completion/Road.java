package dev.tallygate.gateway.completion;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled.Operation;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A caller's wire and a provider's: the same one, or two between which calls are carried.
 */
enum Road {

	CHAT("/v1/chat/completions", "manus", Operation.CHAT, Operation.CHAT),
	MESSAGES("/v1/messages", "anthropic", Operation.MESSAGES, Operation.MESSAGES),
	RESPONSES("/v1/responses", "openai", Operation.RESPONSES, Operation.RESPONSES),
	CHAT_ON_MESSAGES("/v1/chat/completions", "anthropic", Operation.CHAT, Operation.MESSAGES),
	MESSAGES_ON_CHAT("/v1/messages", "manus", Operation.MESSAGES, Operation.CHAT),
	RESPONSES_ON_MESSAGES("/v1/responses", "anthropic", Operation.RESPONSES, Operation.MESSAGES),
	RESPONSES_ON_CHAT("/v1/responses", "manus", Operation.RESPONSES, Operation.CHAT);

	static final String OWN_KEY = "sk-the-users-own-key";

	final String path;

	final String provider;

	final Operation caller;

	final Operation callee;

	Road(String path, String provider, Operation caller, Operation callee) {
		this.path = path;
		this.provider = provider;
		this.caller = caller;
		this.callee = callee;
	}

	boolean crossed() {
		return this.caller != this.callee;
	}

	/** A call with a prompt, of a model that no other test knows. */
	String ask(String prompt, String more) {
		return ask(this.provider + ":m" + System.nanoTime(), prompt, more);
	}

	String ask(String model, String prompt, String more) {
		return switch (this.caller) {
			case CHAT -> TestGateway.ask(model, prompt, more);
			case MESSAGES ->
				TestGateway.ask(model, prompt, (more.contains("\"max_tokens\"") ? "" : ",\"max_tokens\":500") + more);
			case RESPONSES, EMBEDDINGS -> "{\"model\":\"" + model + "\",\"input\":\"" + prompt + "\"" + more + '}';
		};
	}

	/** From now on its provider is somewhere else, reached with a key of the caller's. */
	void leadTo(TestGateway gateway, String url) {
		if (this.callee == Operation.MESSAGES) {
			gateway.reveals.put(this.provider, gateway.anthropicAt(url + "/v1", Credential.USER, OWN_KEY));
		}
		else {
			gateway.revealAt(this.provider, URI.create(url + "/v1"), Credential.USER, OWN_KEY);
		}
		gateway.keys.invalidateAll();
	}

	/** The first event of the provider's stream, with text in it. */
	String begin() {
		return switch (this.callee) {
			case CHAT -> data("{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":"
					+ "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"one two\"},\"finish_reason\":null}]}");
			case MESSAGES -> named("message_start",
					"\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
							+ "\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}")
					+ named("content_block_start",
							"\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"one two\"}")
					+ named("content_block_stop", "\"index\":0");
			case RESPONSES,
					EMBEDDINGS ->
				named("response.created",
						"\"sequence_number\":0,\"response\":{\"id\":\"resp_1\",\"object\":\"response\","
								+ "\"status\":\"in_progress\",\"error\":null,\"output\":[]}")
						+ named("response.output_text.delta", "\"sequence_number\":1,\"delta\":\"one two\"");
		};
	}

	/** What its provider says as the last of a stream that failed. */
	String failed() {
		return switch (this.callee) {
			case CHAT -> data("{\"error\":{\"message\":\"boom\",\"code\":500}}");
			case MESSAGES -> named("error", "\"error\":{\"type\":\"api_error\",\"message\":\"boom\"}");
			case RESPONSES, EMBEDDINGS -> named("response.failed",
					"\"sequence_number\":2,\"response\":{\"id\":\"resp_1\",\"object\":\"response\","
							+ "\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"boom\"},\"output\":[]}");
		};
	}

	/** The rest of that stream, with a usage. */
	String end(String usage) {
		return switch (this.callee) {
			case CHAT -> data("{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}")
					+ data("{\"id\":\"c\",\"choices\":[],\"usage\":" + usage + '}') + data("[DONE]");
			case MESSAGES -> named("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":" + usage)
					+ named("message_stop", null);
			case RESPONSES, EMBEDDINGS ->
				named("response.completed", "\"sequence_number\":2,\"response\":" + whole("\"one two\"", usage));
		};
	}

	/** A whole answer with this text, written as JSON, and this usage. */
	String whole(String text, String usage) {
		return switch (this.callee) {
			case CHAT -> "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,"
					+ "\"message\":{\"role\":\"assistant\",\"content\":" + text + "},\"finish_reason\":\"stop\"}],"
					+ "\"usage\":" + usage + '}';
			case MESSAGES -> "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
					+ "\"content\":[{\"type\":\"text\",\"text\":" + text + "}],\"stop_reason\":\"end_turn\","
					+ "\"usage\":" + usage + '}';
			case RESPONSES, EMBEDDINGS ->
				"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"error\":null,\"model\":\"m\","
						+ "\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
						+ "\"output_text\",\"text\":" + text + "}]}],\"usage\":" + usage + '}';
		};
	}

	/** A usage in the provider's words, each count as it is written here. */
	String usage(String input, String output) {
		return (this.callee == Operation.CHAT)
				? "{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output + '}'
				: "{\"input_tokens\":" + input + ",\"output_tokens\":" + output + '}';
	}

	static String data(String json) {
		return "data: " + json + "\n\n";
	}

	/** An event of a wire whose events have names. */
	static String named(String type, @Nullable String members) {
		return "event: " + type + "\ndata: {\"type\":\"" + type + '"' + ((members != null) ? ',' + members : "")
				+ "}\n\n";
	}

	/** What a caller gets as the last of a stream that failed. */
	String error() {
		return (this.caller == Operation.RESPONSES) ? "event: response.failed\n" : "event: error\n";
	}

	/** What ends a stream that is whole. */
	String done() {
		return switch (this.caller) {
			case CHAT -> "data: [DONE]";
			case MESSAGES -> "event: message_stop";
			case RESPONSES, EMBEDDINGS -> "event: response.completed";
		};
	}

}
