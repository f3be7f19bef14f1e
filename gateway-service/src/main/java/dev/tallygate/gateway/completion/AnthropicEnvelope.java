package dev.tallygate.gateway.completion;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Errors as callers of the Anthropic wire know them, with our code beside theirs
 * (platform.claude.com/docs/en/api/errors).
 */
final class AnthropicEnvelope {

	private static final JsonMapper JSON = JsonMapper.shared();

	private AnthropicEnvelope() {
	}

	static byte[] body(WireError error, String requestId) {
		Map<String, Object> inner = new LinkedHashMap<>();
		inner.put("type", typeOf(error.status()));
		inner.put("message", error.message());
		inner.put("code", error.code());
		inner.putAll(error.details());
		Map<String, Object> outer = new LinkedHashMap<>();
		outer.put("type", "error");
		outer.put("error", inner);
		outer.put("request_id", requestId);
		return JSON.writeValueAsBytes(outer);
	}

	private static String typeOf(int status) {
		return switch (status) {
			case 401 -> "authentication_error";
			case 402 -> "billing_error";
			case 403 -> "permission_error";
			case 404 -> "not_found_error";
			case 413 -> "request_too_large";
			case 429 -> "rate_limit_error";
			case 503, 529 -> "overloaded_error";
			case 504 -> "timeout_error";
			default -> (status < 500) ? "invalid_request_error" : "api_error";
		};
	}

}
