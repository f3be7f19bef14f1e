package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.WireError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Errors as callers of the Anthropic wire know them, with our code beside theirs
 * (platform.claude.com/docs/en/api/errors).
 */
public final class AnthropicEnvelope implements Envelope {

	/** The one there is. */
	public static final AnthropicEnvelope INSTANCE = new AnthropicEnvelope();

	private static final JsonMapper JSON = JsonMapper.shared();

	private AnthropicEnvelope() {
	}

	@Override
	public byte[] body(WireError error, String requestId) {
		return JSON.writeValueAsBytes(members(error, requestId));
	}

	@Override
	public List<String> idHeaders() {
		return List.of("x-request-id", "request-id");
	}

	/** Its older SDKs know the first, the newest send the second. */
	@Override
	public String keyHeaders() {
		return "'x-api-key: <key>' or 'Authorization: Bearer <key>'";
	}

	private static Map<String, Object> members(WireError error, String requestId) {
		Map<String, Object> details = new LinkedHashMap<>(error.details());
		details.put("error_code", error.code());
		Map<String, Object> inner = new LinkedHashMap<>();
		inner.put("type", typeOf(error.status()));
		inner.put("message", error.message());
		inner.put("code", error.code());
		inner.put("details", details);
		Map<String, Object> outer = new LinkedHashMap<>();
		outer.put("type", "error");
		outer.put("error", inner);
		outer.put("request_id", requestId);
		return outer;
	}

	/**
	 * Clients repeat what is overloaded far fewer times than other errors and hide its
	 * text, so it is said of providers only.
	 */
	private static String typeOf(int status) {
		return switch (status) {
			case 401 -> "authentication_error";
			case 402 -> "billing_error";
			case 403 -> "permission_error";
			case 404 -> "not_found_error";
			case 413 -> "request_too_large";
			case 429 -> "rate_limit_error";
			case 529 -> "overloaded_error";
			default -> (status < 500) ? "invalid_request_error" : "api_error";
		};
	}

}
