package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.launcher.Service;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * The gateway knows which models there are, and keys are made elsewhere.
 */
@ExtendWith(TallygateExtension.class)
class KeyModelsTests {

	private static final String MODELS = "\"allowedModels\":[\"openai:gpt-4o\",\"gpt-9\",\"openai:gpt-5x\",\"claude-*\","
			+ "\"gtp-4*\",\"ollama:of-my-own\"]";

	private static final String[] UNKNOWN = { "gpt-9", "openai:gpt-5x", "gtp-4*" };

	@Test
	void whatNothingKnowsIsNamedWhereAKeyIsMadeAndChanged(Tallygate tallygate) {
		Api keys = tallygate.newUser().at(tallygate, Service.KEYS);
		JsonNode plain = keys.expect(201, "POST", "/api/users/me/keys", "{\"name\":\"plain\"}");
		String key = "/api/users/me/keys/" + plain.get("id").stringValue();
		// key-service waits a second for the gateway, which a busy machine may take.
		Awaitility.await()
			.untilAsserted(() -> assertThat(unknown(keys.expect(200, "PATCH", key, "{" + MODELS + "}")))
				.containsExactly(UNKNOWN));
		JsonNode made = keys.expect(201, "POST", "/api/users/me/keys", "{\"name\":\"few\"," + MODELS + "}");
		assertThat(unknown(made)).containsExactly(UNKNOWN);
		assertThat(made.get("secret").stringValue()).startsWith("tg_dev_");
		assertThat(plain.has("unknownModels")).isFalse();
	}

	private static String[] unknown(JsonNode key) {
		return key.path("unknownModels").valueStream().map(JsonNode::stringValue).toArray(String[]::new);
	}

}
