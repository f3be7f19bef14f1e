package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The {@code timings} of llama.cpp's server: {@code prompt_n} tokens of the prompt were
 * worked through, {@code cache_n} were there already, {@code predicted_n} came out so
 * far.
 */
final class LlamaTimings {

	private LlamaTimings() {
	}

	static @Nullable Usage read(JsonNode timings) {
		Fields fields = Fields.of(timings, new Fields.Found());
		Long prompt = fields.count("prompt_n");
		Long cached = fields.count("cache_n");
		Long predicted = fields.count("predicted_n");
		if (prompt == null || predicted == null) {
			return null;
		}
		Quantities.Builder counts = Quantities.builder().add(Meter.INPUT, prompt).add(Meter.OUTPUT, predicted);
		if (cached != null) {
			counts.add(Meter.CACHE_READ, cached);
		}
		return Usage.of(counts.build());
	}

}
