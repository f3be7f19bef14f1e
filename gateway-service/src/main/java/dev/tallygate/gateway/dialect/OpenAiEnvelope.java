package dev.tallygate.gateway.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Errors as all wires of OpenAI have them:
 * {@code {"error":{"message","type","param","code"}}}. Further members stand beside those
 * four, where SDKs leave them alone.
 */
public final class OpenAiEnvelope implements Envelope {

	/** The one there is. */
	public static final OpenAiEnvelope INSTANCE = new OpenAiEnvelope();

	private static final JsonMapper JSON = JsonMapper.shared();

	/** Anthropic's word for being overloaded, which nobody knows here. */
	private static final int ANTHROPIC_OVERLOADED = 529;

	private OpenAiEnvelope() {
	}

	@Override
	public byte[] body(WireError error, String requestId) {
		Map<String, Object> inner = new LinkedHashMap<>();
		inner.put("message", error.message());
		inner.put("type", typeOf(error.status()));
		inner.put("param", error.parameter());
		inner.put("code", error.code());
		inner.putAll(error.details());
		return JSON.writeValueAsBytes(Map.of("error", inner));
	}

	@Override
	public int statusOf(WireError error) {
		return (error.status() == ANTHROPIC_OVERLOADED) ? 502 : error.status();
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
