package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Served;
import dev.tallygate.pricing.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a wire's usage object. What is no usage reports nothing, which is null.
 */
public enum UsageReader {

	/** OpenAI's chat completions, responses and embeddings, and what speaks like them. */
	OPENAI {
		@Override
		@Nullable Usage usage(JsonNode usage, UsageContext context) {
			boolean google = usage.has("promptTokenCount") || usage.has("candidatesTokenCount");
			return google ? new GeminiUsage(usage).read() : new OpenAiUsage(usage, context).read();
		}
	},
	/** Anthropic's messages. */
	MESSAGES {
		@Override
		@Nullable Usage usage(JsonNode usage, UsageContext context) {
			return new MessagesUsage(usage, context).read();
		}
	},
	/** The counts among llama.cpp's {@code timings}, which it tells before its usage. */
	TIMINGS {
		@Override
		@Nullable Usage usage(JsonNode timings, UsageContext context) {
			return LlamaTimings.read(timings);
		}
	},
	/** Google's own. */
	GEMINI {
		@Override
		@Nullable Usage usage(JsonNode usage, UsageContext context) {
			return new GeminiUsage(usage).read();
		}
	};

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
			.build())
		.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	abstract @Nullable Usage usage(JsonNode usage, UsageContext context);

	/**
	 * What a usage object means.
	 */
	public @Nullable Usage read(JsonNode usage, UsageContext context) {
		Usage told = usage.isObject() ? usage(usage, context) : null;
		return (told == null || context.region() == null) ? told
				: told.servedAs(told.served().or(new Served(null, false, context.region(), null)));
	}

	/**
	 * What the usage object in {@code [from, to)} means; null when there is none.
	 */
	public @Nullable Usage read(byte[] json, int from, int to, UsageContext context) {
		JsonNode usage = parsed(json, from, to);
		return (usage != null) ? read(usage, context) : null;
	}

	/** The JSON in {@code [from, to)}, or null when it is none. */
	static @Nullable JsonNode parsed(byte[] json, int from, int to) {
		try {
			return MAPPER.readTree(json, from, to - from);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

}
