package dev.tallygate.gateway.dialect.conversation;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A thought as it travels through a client of the Responses API, which hands
 * {@code encrypted_content} back as it got it: so a signature survives, and the model can
 * go on thinking where it stopped to call a tool. Nothing in it is secret; the provider's
 * signature is what it trusts.
 */
final class SealedThinking {

	private static final String MARK = "tgt1.";

	private SealedThinking() {
	}

	/** Null where there is nothing a provider would want back. */
	static @Nullable String seal(Part part) {
		ObjectNode json = Json.object();
		switch (part) {
			case Part.Thinking(String text, String signature) when signature != null ->
				json.put("thinking", text).put("signature", signature);
			case Part.RedactedThinking(String data) -> json.put("data", data);
			default -> {
				return null;
			}
		}
		return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
	}

	/** The thought again; null when it is somebody else's or damaged. */
	static @Nullable Part open(String sealed) {
		if (!sealed.startsWith(MARK)) {
			return null;
		}
		byte[] bytes;
		try {
			bytes = Base64.getUrlDecoder().decode(sealed.substring(MARK.length()).getBytes(StandardCharsets.US_ASCII));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
		JsonNode json = Json.objectOrNull(bytes, 0, bytes.length);
		if (json == null) {
			return null;
		}
		String data = Json.string(json, "data");
		if (data != null) {
			return new Part.RedactedThinking(data);
		}
		String signature = Json.name(json, "signature");
		return (signature != null) ? new Part.Thinking(Json.stringOrEmpty(json, "thinking"), signature) : null;
	}

}
