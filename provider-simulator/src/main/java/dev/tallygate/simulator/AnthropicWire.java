package dev.tallygate.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The Anthropic wire as of the
 * <a href="https://docs.anthropic.com/en/api/messages">Messages API</a>:
 * {@code input_tokens} leaves out what was read from or written to the cache,
 * {@code message_start} carries the input, {@code message_delta} the final output.
 */
final class AnthropicWire implements Wire {

	static final AnthropicWire INSTANCE = new AnthropicWire();

	private static final List<String> MODELS = List.of("claude-opus-4.6", "claude-haiku-4.5",
			"claude-sonnet-4-20250514");

	private AnthropicWire() {
	}

	/** Reads a request for a message. */
	Call message(JsonNode request, Directives everyCall) {
		Integer limit = Wire.positive(request, "max_tokens");
		if (limit == null) {
			throw new Refusal(400, "max_tokens: Field required");
		}
		String text = prompt(request);
		return new Call(this, "messages", Wire.model(request), request.path("stream").asBoolean(false), true, 1, limit,
				Directives.strip(text), everyCall.and(text));
	}

	/** Reads a request for a count of tokens. */
	Call count(JsonNode request, Directives everyCall) {
		String text = prompt(request);
		return new Call(this, "count", Wire.model(request), false, false, 1, null, Directives.strip(text),
				everyCall.and(text));
	}

	private static String prompt(JsonNode request) {
		JsonNode messages = request.path("messages");
		if (!messages.isArray() || messages.isEmpty()) {
			throw new Refusal(400, "messages: at least one message is required");
		}
		StringBuilder prompt = new StringBuilder();
		Wire.texts(request.path("system"), prompt);
		for (JsonNode message : messages) {
			Wire.texts(message.path("content"), prompt);
		}
		return prompt.toString();
	}

	@Override
	public String newId(long number) {
		return "msg_sim" + number;
	}

	@Override
	public String whole(Answer answer) {
		return message(answer, "[{\"type\":\"text\",\"text\":" + Wire.quoted(answer.text()) + "}]",
				"\"" + stopReason(answer) + "\"", usage(answer, answer.outputTokens()));
	}

	private static String message(Answer answer, String content, String stopReason, @Nullable String usage) {
		return "{\"id\":\"" + answer.id() + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
				+ Wire.quoted(answer.call().model()) + ",\"content\":" + content + ",\"stop_reason\":" + stopReason
				+ ",\"stop_sequence\":null" + ((usage != null) ? ",\"usage\":" + usage : "") + "}";
	}

	@Override
	public String opening(Answer answer) {
		return event("message_start",
				"{\"type\":\"message_start\",\"message\":" + message(answer, "[]", "null", usage(answer, 1)) + "}")
				+ event("content_block_start",
						"{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
				+ idle();
	}

	@Override
	public String event(Answer answer, int choice, int position) {
		return event("content_block_delta",
				"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
						+ answer.word(position) + "\"}}");
	}

	@Override
	public String closing(Answer answer) {
		String usage = (answer.call().directives().usage() != Directives.UsageReport.NONE)
				? ",\"usage\":{\"output_tokens\":" + Wire.reported(answer, answer.outputTokens()) + "}" : "";
		return event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")
				+ event("message_delta",
						"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + stopReason(answer)
								+ "\",\"stop_sequence\":null}" + usage + "}")
				+ (answer.call().directives().done() ? event("message_stop", "{\"type\":\"message_stop\"}") : "");
	}

	private static String event(String name, String data) {
		return "event: " + name + "\ndata: " + data + "\n\n";
	}

	private static String stopReason(Answer answer) {
		return answer.cut() ? "max_tokens" : "end_turn";
	}

	private static @Nullable String usage(Answer answer, int output) {
		if (answer.call().directives().usage() == Directives.UsageReport.NONE) {
			return null;
		}
		int plain = answer.inputTokens() - answer.cachedTokens() - answer.cacheWriteTokens();
		return "{\"input_tokens\":" + Wire.reported(answer, plain) + ",\"cache_creation_input_tokens\":"
				+ Wire.reported(answer, answer.cacheWriteTokens()) + ",\"cache_read_input_tokens\":"
				+ Wire.reported(answer, answer.cachedTokens()) + ",\"output_tokens\":" + Wire.reported(answer, output)
				+ ",\"service_tier\":\"standard\"}";
	}

	@Override
	public String errorEvent(String message) {
		return event("error", error(529, message, null));
	}

	@Override
	public String error(int status, String message, @Nullable String code) {
		String type = switch (status) {
			case 400 -> "invalid_request_error";
			case 401 -> "authentication_error";
			case 403 -> "permission_error";
			case 404 -> "not_found_error";
			case 413 -> "request_too_large";
			case 429 -> "rate_limit_error";
			case 529 -> "overloaded_error";
			default -> "api_error";
		};
		return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":" + Wire.quoted(message)
				+ "},\"request_id\":\"req_sim\"}";
	}

	@Override
	public String models() {
		StringBuilder json = new StringBuilder("{\"data\":[");
		for (String model : MODELS) {
			json.append((json.charAt(json.length() - 1) == '[') ? "" : ",")
				.append("{\"type\":\"model\",\"id\":\"")
				.append(model)
				.append("\",\"display_name\":\"")
				.append(model)
				.append("\",\"created_at\":\"2025-05-14T00:00:00Z\"}");
		}
		return json.append("],\"has_more\":false,\"first_id\":\"")
			.append(MODELS.getFirst())
			.append("\",\"last_id\":\"")
			.append(MODELS.getLast())
			.append("\"}")
			.toString();
	}

	@Override
	public String idle() {
		return event("ping", "{\"type\":\"ping\"}");
	}

}
