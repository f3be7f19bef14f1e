package dev.tallygate.keys.providerkey;

import dev.tallygate.security.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a provider handed out for a connected account.
 *
 * @param access what calls are made with
 * @param refresh what gets the next; null when there is none
 * @param end when the access token dies; null when nobody said
 */
record Tokens(String access, @Nullable String refresh, @Nullable Instant end) {

	private static final JsonMapper JSON = new JsonMapper();

	/** As it is sealed. */
	Secret sealable() {
		Map<String, String> members = new LinkedHashMap<>();
		members.put("access", this.access);
		if (this.refresh != null) {
			members.put("refresh", this.refresh);
		}
		return Secret.copyOf(JSON.writeValueAsBytes(members));
	}

	/** From what was sealed. */
	static Tokens of(Secret opened, @Nullable Instant end) {
		return opened.use((bytes) -> {
			JsonNode members = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
			return new Tokens(members.path("access").asString(""), members.path("refresh").asString(null), end);
		});
	}

	@Override
	public String toString() {
		return "Tokens[end=" + this.end + "]";
	}

}
