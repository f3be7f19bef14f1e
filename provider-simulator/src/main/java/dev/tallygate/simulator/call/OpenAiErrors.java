package dev.tallygate.simulator.call;

import org.jspecify.annotations.Nullable;

/**
 * How OpenAI writes an error, on each of its wires.
 */
public final class OpenAiErrors {

	private OpenAiErrors() {
	}

	public static String body(int status, String message, @Nullable String code) {
		String type = switch (status) {
			case 401, 403, 400, 404 -> "invalid_request_error";
			case 429 -> "requests";
			default -> "server_error";
		};
		return "{\"error\":{\"message\":" + Json.quoted(message) + ",\"type\":\"" + type + "\",\"param\":null,\"code\":"
				+ ((code != null) ? Json.quoted(code) : "null") + "}}";
	}

}
