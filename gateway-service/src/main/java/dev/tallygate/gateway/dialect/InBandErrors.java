package dev.tallygate.gateway.dialect;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads errors that come inside answers. Only the wire knows where they stand; what they
 * look like there differs little.
 */
public final class InBandErrors {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final InBandError UNREADABLE = new InBandError(502, null, null);

	private InBandErrors() {
	}

	/**
	 * Reads an error of an OpenAI wire, in {@code [from, to)}: an object or just a text.
	 */
	public static InBandError openAi(byte[] bytes, int from, int to) {
		JsonNode error = read(bytes, from, to);
		if (error == null) {
			return UNREADABLE;
		}
		if (error.isString()) {
			return new InBandError(502, null, error.stringValue());
		}
		JsonNode code = error.path("code");
		if (code.isIntegralNumber() && code.canConvertToInt() && isError(code.intValue())) {
			return new InBandError(code.intValue(), null, text(error, "message"));
		}
		String name = text(error, "code");
		String type = text(error, "type");
		return new InBandError(openAiStatus(name, type), (name != null) ? name : type, text(error, "message"));
	}

	/** Reads an error of the Anthropic wire, in {@code [from, to)}. */
	public static InBandError anthropic(byte[] bytes, int from, int to) {
		JsonNode error = read(bytes, from, to);
		if (error == null) {
			return UNREADABLE;
		}
		String type = text(error, "type");
		return new InBandError(anthropicStatus(type), type, text(error, "message"));
	}

	private static @Nullable JsonNode read(byte[] bytes, int from, int to) {
		try {
			return JSON.readTree(bytes, from, to - from);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static boolean isError(int status) {
		return status >= 400 && status <= 599;
	}

	private static @Nullable String text(JsonNode node, String member) {
		JsonNode value = node.path(member);
		return value.isString() ? value.stringValue() : null;
	}

	private static int openAiStatus(@Nullable String code, @Nullable String type) {
		String both = (code + " " + type).toLowerCase(Locale.ROOT);
		if (both.contains("rate_limit") || both.contains("quota")) {
			return 429;
		}
		if (both.contains("invalid_api_key") || both.contains("authentication_error")) {
			return 401;
		}
		return (both.contains("invalid_") || both.contains("context_length") || both.contains("content_policy")) ? 400
				: 502;
	}

	private static int anthropicStatus(@Nullable String type) {
		return switch (type) {
			case "invalid_request_error" -> 400;
			case "authentication_error" -> 401;
			case "billing_error" -> 402;
			case "permission_error" -> 403;
			case "not_found_error" -> 404;
			case "request_too_large" -> 413;
			case "rate_limit_error" -> 429;
			case "timeout_error" -> 504;
			case "overloaded_error" -> 529;
			case null, default -> 500;
		};
	}

}
