package dev.tallygate.gateway.completion;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Errors as the OpenAI wire has them:
 * {@code {"error":{"message","type","param","code"}}}. Further members stand beside those
 * four, where SDKs leave them alone.
 */
final class OpenAiEnvelope {

	private static final JsonMapper JSON = JsonMapper.shared();

	private OpenAiEnvelope() {
	}

	static byte[] body(WireError error) {
		Map<String, Object> inner = new LinkedHashMap<>();
		inner.put("message", error.message());
		inner.put("type", typeOf(error.status()));
		inner.put("param", error.parameter());
		inner.put("code", error.code());
		inner.putAll(error.details());
		return JSON.writeValueAsBytes(Map.of("error", inner));
	}

	/** An error inside a stream, after which the stream ends. */
	static byte[] event(WireError error) {
		byte[] body = body(error);
		byte[] event = new byte[body.length + 8];
		System.arraycopy(new byte[] { 'd', 'a', 't', 'a', ':', ' ' }, 0, event, 0, 6);
		System.arraycopy(body, 0, event, 6, body.length);
		event[body.length + 6] = '\n';
		event[body.length + 7] = '\n';
		return event;
	}

	private static String typeOf(int status) {
		return switch (status) {
			case 401 -> "authentication_error";
			case 402 -> "insufficient_quota";
			case 403 -> "permission_error";
			case 429 -> "rate_limit_error";
			default -> (status < 500) ? "invalid_request_error" : "api_error";
		};
	}

}
