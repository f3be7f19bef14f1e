package dev.tallygate.gateway.usage;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.security.trace.TracingProperties.Attributes;

/**
 * The names of OpenTelemetry's conventions for generative AI, all of them and nowhere
 * else: they are still in development and change. What the conventions have no name for
 * yet, cost first of all, has one of ours, so that a later name does not change its
 * meaning.
 */
final class GenAiAttributes {

	/**
	 * What the names are from: {@code open-telemetry/semantic-conventions-genai} as of
	 * this month. What an input token is (cached ones are included) is the same here.
	 */
	static final String VERSION = "2026-11";

	static final String OPERATION = "gen_ai.operation.name";

	static final String REQUEST_MODEL = "gen_ai.request.model";

	static final String RESPONSE_MODEL = "gen_ai.response.model";

	static final String CONVERSATION = "gen_ai.conversation.id";

	static final String MAX_TOKENS = "gen_ai.request.max_tokens";

	static final String CHOICES = "gen_ai.request.choice.count";

	static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";

	static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";

	static final String CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens";

	static final String CACHE_WRITE_TOKENS = "gen_ai.usage.cache_write.input_tokens";

	static final String REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens";

	static final String SERVICE_TIER = "openai.response.service_tier";

	/** Ours: nano-USD, absent where the model has no price. */
	static final String COST_NANOS = "tallygate.cost_nanos";

	static final String PRICE_VERSION = "tallygate.price_version";

	static final String CALL = "tallygate.call_id";

	static final String USER = "tallygate.user_id";

	static final String API_KEY = "tallygate.api_key_id";

	static final String CREDENTIAL = "tallygate.credential";

	static final String STREAMED = "tallygate.streamed";

	static final String STATUS = "tallygate.status";

	static final String USAGE_SOURCE = "tallygate.usage_source";

	static final String ATTEMPTS = "tallygate.attempts";

	static final String FIRST_BYTE_MILLIS = "tallygate.time_to_first_byte_ms";

	static final String PROVIDER_STATUS = "http.response.status_code";

	private GenAiAttributes() {
	}

	/** Who the model belongs to. */
	static String provider(Attributes version) {
		return switch (version) {
			case LATEST -> "gen_ai.provider.name";
			case V1_36 -> "gen_ai.system";
		};
	}

	/** What is asked, in the words of the conventions. */
	static String operation(Operation operation) {
		return switch (operation) {
			case CHAT, MESSAGES, RESPONSES -> "chat";
			case EMBEDDINGS -> "embeddings";
		};
	}

}
