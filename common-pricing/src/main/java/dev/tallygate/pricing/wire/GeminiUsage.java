package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Served;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Mark;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The usage of Google's own wire. Thoughts are beside the candidates and are output; the
 * prompts of tools are beside the prompt and are input; the parts by modality include
 * what was cached.
 */
final class GeminiUsage {

	private final Fields.Found found = new Fields.Found();

	private final Set<Mark> marks = EnumSet.noneOf(Mark.class);

	private final Fields usage;

	GeminiUsage(JsonNode usage) {
		this.usage = Fields.of(usage, this.found);
	}

	/** Tokens by modality. */
	private record Parts(long audio, long image, long video) {

	}

	@Nullable Usage read() {
		Quantities.Builder counts = Quantities.builder();
		Long prompt = this.usage.count("promptTokenCount", "prompt_token_count");
		Long cached = this.usage.count("cachedContentTokenCount", "cached_content_token_count");
		Long tools = this.usage.count("toolUsePromptTokenCount", "tool_use_prompt_token_count");
		Long candidates = this.usage.count("candidatesTokenCount", "candidates_token_count", "responseTokenCount");
		Long thoughts = this.usage.count("thoughtsTokenCount", "thoughts_token_count");
		Long total = this.usage.count("totalTokenCount", "total_token_count");
		if (prompt != null || cached != null) {
			input(counts, prompt, cached, OpenAiUsage.orZero(tools));
		}
		if (candidates == null && thoughts == null && prompt != null && total != null && total > prompt) {
			candidates = total - prompt - OpenAiUsage.orZero(tools);
		}
		if (candidates != null || thoughts != null) {
			output(counts, OpenAiUsage.orZero(candidates), thoughts);
		}
		Served served = served(this.usage.text("trafficType", "traffic_type"),
				this.usage.text("serviceTier", "service_tier"));
		this.usage.known("thoughtsTokensDetails", "thoughts_tokens_details").nameTheRest();
		if (this.found.corrected) {
			this.marks.add(Mark.CORRECTED);
		}
		Quantities read = counts.build();
		return read.isEmpty() ? null : new Usage(read, served, List.of(), this.found.unknown, this.marks);
	}

	private void input(Quantities.Builder counts, @Nullable Long prompt, @Nullable Long cached, long tools) {
		Parts parts = parts("promptTokensDetails", "prompt_tokens_details");
		Parts cachedParts = parts("cacheTokensDetails", "cache_tokens_details");
		Parts toolParts = parts("toolUsePromptTokensDetails", "tool_use_prompt_tokens_details");
		long whole = Math.max(OpenAiUsage.orZero(prompt), OpenAiUsage.orZero(cached));
		if (prompt == null || whole > prompt) {
			this.marks.add(Mark.CORRECTED);
		}
		long read = OpenAiUsage.orZero(cached);
		long readAudio = Math.min(cachedParts.audio(), read);
		long readImage = Math.min(cachedParts.image() + cachedParts.video(), read - readAudio);
		long left = whole - read;
		long audio = Math.min(Math.max(0, parts.audio() - readAudio), left);
		long image = Math.min(Math.max(0, parts.image() - Math.min(cachedParts.image(), readImage)), left - audio);
		long video = Math.min(Math.max(0, parts.video() - cachedParts.video()), left - audio - image);
		counts.add(Meter.INPUT, left - audio - image - video + Math.max(0, tools - toolParts.audio()));
		addIfAny(counts, Meter.AUDIO_INPUT, audio + Math.min(toolParts.audio(), tools));
		addIfAny(counts, Meter.IMAGE_INPUT, image);
		addIfAny(counts, Meter.VIDEO_INPUT, video);
		addIfAny(counts, Meter.AUDIO_CACHE_READ, readAudio);
		addIfAny(counts, Meter.IMAGE_CACHE_READ, readImage);
		if (cached != null) {
			counts.add(Meter.CACHE_READ, read - readAudio - readImage);
		}
	}

	private void output(Quantities.Builder counts, long candidates, @Nullable Long thoughts) {
		Parts parts = parts("candidatesTokensDetails", "candidates_tokens_details", "responseTokensDetails");
		long audio = Math.min(parts.audio(), candidates);
		long image = Math.min(parts.image(), candidates - audio);
		addIfAny(counts, Meter.AUDIO_OUTPUT, audio);
		addIfAny(counts, Meter.IMAGE_OUTPUT, image);
		counts.add(Meter.OUTPUT, candidates - audio - image);
		if (thoughts != null) {
			counts.add(Meter.REASONING, thoughts);
		}
	}

	private Parts parts(String... names) {
		long audio = 0;
		long image = 0;
		long video = 0;
		for (String name : names) {
			JsonNode list = this.usage.member(name);
			if (list == null || !list.isArray()) {
				continue;
			}
			for (JsonNode each : list) {
				Fields part = Fields.of(each, this.found);
				long count = OpenAiUsage.orZero(part.count("tokenCount", "token_count"));
				String modality = part.text("modality");
				switch ((modality != null) ? modality.toUpperCase(Locale.ROOT) : "") {
					case "AUDIO" -> audio += count;
					case "IMAGE", "DOCUMENT" -> image += count;
					case "VIDEO" -> video += count;
					default -> {
						// text is what the others leave
					}
				}
			}
		}
		return new Parts(audio, image, video);
	}

	private static Served served(@Nullable String traffic, @Nullable String tier) {
		if (traffic == null) {
			return Served.tier(tier);
		}
		String kind = traffic.toLowerCase(Locale.ROOT);
		if (kind.startsWith("on_demand_")) {
			return Served.tier(kind.substring("on_demand_".length()));
		}
		return kind.equals("on_demand") || kind.equals("traffic_type_unspecified") ? Served.PLAIN : Served.tier(kind);
	}

	private static void addIfAny(Quantities.Builder counts, Meter meter, long count) {
		if (count > 0) {
			counts.add(meter, count);
		}
	}

}
