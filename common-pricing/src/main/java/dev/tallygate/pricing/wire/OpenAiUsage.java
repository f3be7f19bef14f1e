package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Served;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Mark;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The usage of OpenAI's wires, under the names of chat completions and of responses, and
 * with what other providers that speak them add.
 * <p>
 * Numbers that contradict each other are reconciled so, and marked:
 * <ol>
 * <li>Reasoning that is more than the completion, or without which the total does not
 * come out, is beside the completion and not in it (xAI).
 * <li>Cached tokens that are more than the prompt are beside it if the total says so,
 * else they are cut to it.
 * <li>Where sound and cached tokens together are more than the prompt, what is too much
 * is sound that was cached.
 * <li>On a route whose completion leaves out thoughts, output is at least what the total
 * has beyond the prompt, or without a total the thoughts are added. Elsewhere the parts
 * win over the total.
 * </ol>
 */
final class OpenAiUsage {

	private final Fields.Found found = new Fields.Found();

	private final Set<Mark> marks = EnumSet.noneOf(Mark.class);

	private final Fields usage;

	private final UsageContext context;

	private final Fields in;

	private final Fields out;

	private final Quantities.Builder quantities = Quantities.builder();

	OpenAiUsage(JsonNode usage, UsageContext context) {
		this.usage = Fields.of(usage, this.found);
		this.context = context;
		this.in = this.usage.object("prompt_tokens_details", "input_tokens_details", "input_token_details");
		this.out = this.usage.object("completion_tokens_details", "output_tokens_details", "output_token_details");
	}

	@Nullable Usage read() {
		Long input = this.usage.count("prompt_tokens", "input_tokens", "prompt_eval_count");
		Long output = this.usage.count("completion_tokens", "output_tokens", "eval_count");
		Long total = this.usage.count("total_tokens");
		Long reasoning = this.out.count("reasoning_tokens");
		if (reasoning == null) {
			reasoning = this.usage.count("reasoning_tokens");
		}
		this.usage.known("reasoning_tokens");
		if (output == null && input != null && total != null && total > input) {
			output = total - input;
		}
		input(input, orZero(output), total);
		output(output, orZero(input), total, reasoning);
		pieces();
		Served served = new Served(this.usage.text("service_tier"), false, this.usage.text("inference_geo"),
				this.usage.text("speed"))
			.searching(searchContext());
		nameTheRest();
		if (this.found.corrected) {
			this.marks.add(Mark.CORRECTED);
		}
		Quantities read = this.quantities.build();
		return read.isEmpty() ? null : new Usage(read, served, List.of(), this.found.unknown, this.marks);
	}

	private void input(@Nullable Long reported, long output, @Nullable Long total) {
		Long cachedCount = cached();
		Fields lives = this.in.object("cache_write_tokens_details", "cache_creation_token_details",
				"cache_creation_tokens_details");
		Fields creation = this.usage.object("cache_creation");
		Long thirty = lives.count("ttl_30m_tokens", "ephemeral_30m_input_tokens");
		Long twelve = lives.count("ttl_12h_tokens", "ephemeral_12h_input_tokens");
		Long five = larger(lives.count("ttl_5m_tokens", "ephemeral_5m_input_tokens"),
				creation.count("ephemeral_5m_input_tokens"));
		Long hour = larger(lives.count("ttl_1h_tokens", "ephemeral_1h_input_tokens"),
				creation.count("ephemeral_1h_input_tokens"));
		lives.nameTheRest();
		creation.nameTheRest();
		Long writtenCount = larger(this.in.count("cache_write_tokens", "cache_creation_tokens"),
				this.usage.count("cache_creation_input_tokens", "cache_write_tokens"));
		if (reported == null && cachedCount == null && writtenCount == null) {
			return;
		}
		long attributed = orZero(thirty) + orZero(twelve) + orZero(five) + orZero(hour);
		long written = Math.max(orZero(writtenCount), attributed);
		long cached = orZero(cachedCount);
		long prompt = orZero(reported);
		if (this.context.cacheBeside() && reported != null) {
			prompt += cached + written;
		}
		else if (reported == null) {
			prompt = cached + written;
			this.marks.add(Mark.CONTRADICTORY);
		}
		else if (cached + written > prompt) {
			boolean beside = total != null && total == prompt + cached + written + output;
			if (beside) {
				prompt += cached + written;
			}
			this.marks.add(beside ? Mark.CONTRADICTORY : Mark.CORRECTED);
		}
		cached = Math.min(cached, prompt);
		written = Math.min(written, prompt - cached);
		long left = prompt - cached - written;
		left = modalities(left, cached, cachedCount != null);
		writes(written, five, thirty, hour, twelve, writtenCount != null || attributed > 0);
		this.quantities.add(Meter.INPUT, left);
	}

	private @Nullable Long cached() {
		Long cached = this.in.count("cached_tokens", "cache_read_tokens", "cached_input_tokens");
		Long top = this.usage.count("cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens",
				"num_cached_tokens", "cached_prompt_tokens", "cached_prompt_text_tokens");
		this.usage.known("prompt_cache_miss_tokens", "cached_tokens", "prompt_cache_hit_tokens");
		return larger(cached, top);
	}

	/** Adds sound, pictures, film and what was cached of them; returns the text left. */
	private long modalities(long left, long cached, boolean cachedKnown) {
		Fields cachedParts = this.in.object("cached_tokens_details", "cache_read_tokens_details");
		long audio = orZero(this.in.count("audio_tokens"));
		long image = orZero(this.in.count("image_tokens"));
		long video = orZero(this.in.count("video_tokens"));
		long cachedAudio = Math.min(orZero(cachedParts.count("audio_tokens")), cached);
		long cachedImage = Math.min(orZero(cachedParts.count("image_tokens")), cached - cachedAudio);
		cachedParts.known("text_tokens").nameTheRest();
		audio -= Math.min(audio, cachedAudio);
		image -= Math.min(image, cachedImage);
		if (audio > left) {
			long overlap = Math.min(audio - left, cached - cachedAudio - cachedImage);
			cachedAudio += overlap;
			this.marks.add((audio - overlap > left) ? Mark.CORRECTED : Mark.ESTIMATED_SPLIT);
			audio = Math.min(audio - overlap, left);
		}
		long text = left - audio;
		if (image + video > text) {
			this.marks.add(Mark.CORRECTED);
		}
		image = Math.min(image, text);
		video = Math.min(video, text - image);
		addIfAny(Meter.AUDIO_INPUT, audio);
		addIfAny(Meter.IMAGE_INPUT, image);
		addIfAny(Meter.VIDEO_INPUT, video);
		addIfAny(Meter.AUDIO_CACHE_READ, cachedAudio);
		addIfAny(Meter.IMAGE_CACHE_READ, cachedImage);
		if (cachedKnown) {
			this.quantities.add(Meter.CACHE_READ, cached - cachedAudio - cachedImage);
		}
		return text - image - video;
	}

	private void writes(long written, @Nullable Long five, @Nullable Long thirty, @Nullable Long hour,
			@Nullable Long twelve, boolean known) {
		long left = written;
		left -= addPart(Meter.CACHE_WRITE_12H, twelve, left);
		left -= addPart(Meter.CACHE_WRITE_1H, hour, left);
		left -= addPart(Meter.CACHE_WRITE_30M, thirty, left);
		left -= addPart(Meter.CACHE_WRITE_5M, five, left);
		Meter asked = this.context.askedCacheLife();
		if (left > 0 && asked != null && asked != Meter.CACHE_WRITE_5M) {
			this.quantities.add(asked, left);
			this.marks.add(Mark.ESTIMATED_SPLIT);
		}
		else if (known && (left > 0 || written == 0)) {
			this.quantities.add(Meter.CACHE_WRITE_5M, left);
		}
	}

	private long addPart(Meter meter, @Nullable Long part, long left) {
		long count = Math.min(orZero(part), left);
		addIfAny(meter, count);
		return count;
	}

	private void output(@Nullable Long reported, long input, @Nullable Long total, @Nullable Long reasoningCount) {
		long audio = orZero(this.out.count("audio_tokens"));
		long image = orZero(this.out.count("image_tokens"));
		if (reported == null && reasoningCount == null) {
			return;
		}
		long output = orZero(reported);
		long reasoning = orZero(reasoningCount);
		if (this.context.thoughtsBeside() && (total != null || reasoning > 0)) {
			output = (total != null) ? Math.max(output, total - input) : output + reasoning;
		}
		else if (reasoning > 0 && total != null && total == input + output + reasoning) {
			output += reasoning;
		}
		else if (reasoning > output) {
			output += reasoning;
			this.marks.add(Mark.CONTRADICTORY);
		}
		else if (total != null && total != input + output && reported != null && total > 0) {
			this.marks.add(Mark.CONTRADICTORY);
		}
		if (audio + image + reasoning > output) {
			this.marks.add(Mark.CORRECTED);
		}
		audio = Math.min(audio, output);
		image = Math.min(image, output - audio);
		reasoning = Math.min(reasoning, output - audio - image);
		addIfAny(Meter.AUDIO_OUTPUT, audio);
		addIfAny(Meter.IMAGE_OUTPUT, image);
		if (reasoningCount != null) {
			this.quantities.add(Meter.REASONING, reasoning);
		}
		this.quantities.add(Meter.OUTPUT, output - audio - image - reasoning);
	}

	/** Searches and the like, where a provider counts them here. */
	private void pieces() {
		Fields tools = this.usage.object("server_tool_use", "server_tool_use_details",
				"server_side_tool_usage_details");
		Fields calls = this.usage.object("tool_calls_details");
		Fields found = calls.object("search_web");
		long searches = orZero(tools.count("web_search_requests", "web_search_calls"))
				+ orZero(tools.count("x_search_calls")) + orZero(found.count("invocation"))
				+ orZero(this.usage.count("num_search_queries", "web_search_requests"))
				+ orZero(this.in.count("web_search_requests"));
		found.nameTheRest();
		calls.nameTheRest();
		addIfAny(Meter.WEB_SEARCH, (searches == 0 && searchContext() != null) ? 1 : searches);
		addIfAny(Meter.MAPS, orZero(this.in.count("google_maps_grounding_requests")));
		addIfAny(Meter.WEB_FETCH, orZero(tools.count("web_fetch_requests")));
		addIfAny(Meter.FILE_SEARCH, orZero(tools.count("file_search_calls")));
		boolean timed = "duration".equals(this.usage.text("type"));
		addIfAny(Meter.SECOND_INPUT,
				orZero(this.usage.count("prompt_audio_seconds")) + (timed ? orZero(this.usage.count("seconds")) : 0));
		addIfAny(Meter.CODE_SESSION, orZero(tools.count("code_interpreter_calls")));
		tools.known("mcp_calls").nameTheRest();
		Fields used = this.usage.object("tool_usage");
		addIfAny(Meter.WEB_SEARCH, orZero(used.object("web_search").count("num_requests")));
		used.known("web_search").nameTheRest();
	}

	/**
	 * How much context the call's search took, which Perplexity charges once a call
	 * unless it counts its searches.
	 */
	private @Nullable String searchContext() {
		return this.usage.text("search_context_size");
	}

	private void nameTheRest() {
		this.in.known("text_tokens", "cached_tokens_internal", "tool_use_tokens", "initial_prompt_tokens")
			.nameTheRest();
		this.out.known("text_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens").nameTheRest();
		this.usage
			.known("queue_time", "prompt_time", "completion_time", "total_time", "cost", "cost_details",
					"estimated_cost", "cost_in_usd_ticks", "is_byok", "prompt_token_ids", "total_duration",
					"load_duration", "prompt_eval_duration", "eval_duration", "tokens_per_second", "latency",
					"billed_units", "num_turns", "num_sources_used", "num_server_side_tools_used")
			.nameTheRest();
	}

	private void addIfAny(Meter meter, long count) {
		if (count > 0) {
			this.quantities.add(meter, count);
		}
	}

	static @Nullable Long larger(@Nullable Long left, @Nullable Long right) {
		if (left == null || right == null) {
			return (left != null) ? left : right;
		}
		return Math.max(left, right);
	}

	static long orZero(@Nullable Long count) {
		return (count == null) ? 0 : count;
	}

}
