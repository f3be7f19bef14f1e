package dev.tallygate.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The OpenAI wire as of the
 * <a href="https://platform.openai.com/docs/api-reference/chat">API reference</a>: with
 * {@code stream_options.include_usage} every chunk carries {@code "usage":null} and one
 * more, with no choices, carries the numbers; without it there is no usage in the stream.
 */
final class OpenAiWire implements Wire {

	static final OpenAiWire INSTANCE = new OpenAiWire();

	private static final List<String> MODELS = List.of("gpt-4o", "gpt-4o-mini", "llama3.1", "text-embedding-3-small");

	private static final int DEFAULT_DIMENSIONS = 16;

	private OpenAiWire() {
	}

	/** Reads a request for a chat completion. */
	Call chat(JsonNode request, Directives everyCall) {
		JsonNode messages = request.path("messages");
		if (!messages.isArray() || messages.isEmpty()) {
			throw new Refusal(400, "messages must be a list of at least one message");
		}
		StringBuilder prompt = new StringBuilder();
		for (JsonNode message : messages) {
			Wire.texts(message.path("content"), prompt);
		}
		Integer limit = Wire.positive(request, "max_completion_tokens");
		Integer olderLimit = Wire.positive(request, "max_tokens");
		Integer choices = Wire.positive(request, "n");
		String text = prompt.toString();
		return new Call(this, "chat", Wire.model(request), request.path("stream").asBoolean(false),
				request.path("stream_options").path("include_usage").asBoolean(false), (choices != null) ? choices : 1,
				(limit != null) ? limit : olderLimit, Directives.strip(text), everyCall.and(text));
	}

	/** Reads a request for embeddings. */
	Call embeddings(JsonNode request, Directives everyCall) {
		StringBuilder prompt = new StringBuilder();
		Wire.texts(request.path("input"), prompt);
		String text = prompt.toString();
		if (text.isBlank()) {
			throw new Refusal(400, "input must be a text or a list of texts");
		}
		return new Call(this, "embeddings", Wire.model(request), false, false, 1, null, Directives.strip(text),
				everyCall.and(text));
	}

	@Override
	public String newId(long number) {
		return "chatcmpl-sim" + number;
	}

	@Override
	public String whole(Answer answer) {
		StringBuilder json = new StringBuilder(512).append("{\"id\":\"")
			.append(answer.id())
			.append("\",\"object\":\"chat.completion\",\"created\":")
			.append(answer.created())
			.append(",\"model\":")
			.append(Wire.quoted(answer.call().model()))
			.append(",\"choices\":[");
		String text = Wire.quoted(answer.text());
		for (int choice = 0; choice < answer.call().choices(); choice++) {
			json.append((choice > 0) ? "," : "")
				.append("{\"index\":")
				.append(choice)
				.append(",\"message\":{\"role\":\"assistant\",\"content\":")
				.append(text)
				.append(",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"")
				.append(finishReason(answer))
				.append("\"}");
		}
		json.append(']');
		if (answer.call().directives().usage() != Directives.UsageReport.NONE) {
			json.append(",\"usage\":").append(usage(answer));
		}
		return json.append(",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_sim\"}").toString();
	}

	@Override
	public String opening(Answer answer) {
		StringBuilder events = new StringBuilder();
		for (int choice = 0; choice < answer.call().choices(); choice++) {
			events.append(chunk(answer, choice, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"));
		}
		return events.toString();
	}

	@Override
	public String event(Answer answer, int choice, int position) {
		return chunk(answer, choice, "{\"content\":\"" + answer.word(position) + "\"}", "null");
	}

	@Override
	public String closing(Answer answer) {
		StringBuilder events = new StringBuilder();
		for (int choice = 0; choice < answer.call().choices(); choice++) {
			events.append(chunk(answer, choice, "{}", "\"" + finishReason(answer) + "\""));
		}
		if (reportsUsage(answer)) {
			events.append(head(answer)).append("[],\"usage\":").append(usage(answer)).append("}\n\n");
		}
		return events.append(answer.call().directives().done() ? "data: [DONE]\n\n" : "").toString();
	}

	private static String chunk(Answer answer, int choice, String delta, String finishReason) {
		StringBuilder chunk = head(answer).append("[{\"index\":")
			.append(choice)
			.append(",\"delta\":")
			.append(delta)
			.append(",\"logprobs\":null,\"finish_reason\":")
			.append(finishReason)
			.append("}]");
		return chunk.append(reportsUsage(answer) ? ",\"usage\":null}\n\n" : "}\n\n").toString();
	}

	private static StringBuilder head(Answer answer) {
		return new StringBuilder(320).append("data: {\"id\":\"")
			.append(answer.id())
			.append("\",\"object\":\"chat.completion.chunk\",\"created\":")
			.append(answer.created())
			.append(",\"model\":")
			.append(Wire.quoted(answer.call().model()))
			.append(",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_sim\",\"choices\":");
	}

	private static boolean reportsUsage(Answer answer) {
		return answer.call().includeUsage() && answer.call().directives().usage() != Directives.UsageReport.NONE;
	}

	private static String finishReason(Answer answer) {
		return answer.cut() ? "length" : "stop";
	}

	private static String usage(Answer answer) {
		return "{\"prompt_tokens\":" + Wire.reported(answer, answer.inputTokens()) + ",\"completion_tokens\":"
				+ Wire.reported(answer, answer.outputTokens()) + ",\"total_tokens\":"
				+ Wire.reported(answer, (long) answer.inputTokens() + answer.outputTokens())
				+ ",\"prompt_tokens_details\":{\"cached_tokens\":" + Wire.reported(answer, answer.cachedTokens())
				+ ",\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":"
				+ Wire.reported(answer, (long) answer.reasoningTokens() * answer.call().choices())
				+ ",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";
	}

	/** The vectors of the input texts of an embeddings request. */
	String vectors(Answer answer, JsonNode request) {
		Integer dimensions = Wire.positive(request, "dimensions");
		boolean base64 = "base64".equals(request.path("encoding_format").asString(""));
		JsonNode input = request.path("input");
		int texts = input.isArray() ? input.size() : 1;
		StringBuilder json = new StringBuilder("{\"object\":\"list\",\"data\":[");
		for (int i = 0; i < texts; i++) {
			Vector vector = Vector.of(answer.seed() + i, (dimensions != null) ? dimensions : DEFAULT_DIMENSIONS);
			json.append((i > 0) ? "," : "")
				.append("{\"object\":\"embedding\",\"index\":")
				.append(i)
				.append(",\"embedding\":")
				.append(base64 ? vector.base64() : vector.numbers())
				.append('}');
		}
		return json.append("],\"model\":")
			.append(Wire.quoted(answer.call().model()))
			.append(",\"usage\":{\"prompt_tokens\":")
			.append(Wire.reported(answer, answer.inputTokens()))
			.append(",\"total_tokens\":")
			.append(Wire.reported(answer, answer.inputTokens()))
			.append("}}")
			.toString();
	}

	@Override
	public String errorEvent(String message) {
		return "data: " + error(500, message, null) + "\n\n";
	}

	@Override
	public String error(int status, String message, @Nullable String code) {
		String type = switch (status) {
			case 401, 403, 400, 404 -> "invalid_request_error";
			case 429 -> "requests";
			default -> "server_error";
		};
		return "{\"error\":{\"message\":" + Wire.quoted(message) + ",\"type\":\"" + type + "\",\"param\":null,\"code\":"
				+ ((code != null) ? Wire.quoted(code) : "null") + "}}";
	}

	@Override
	public String models() {
		StringBuilder json = new StringBuilder("{\"object\":\"list\",\"data\":[");
		for (String model : MODELS) {
			json.append((json.charAt(json.length() - 1) == '[') ? "" : ",")
				.append("{\"id\":\"")
				.append(model)
				.append("\",\"object\":\"model\",\"created\":1715367049,\"owned_by\":\"system\"}");
		}
		return json.append("]}").toString();
	}

	@Override
	public String idle() {
		return ": still here\n\n";
	}

}
