package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.UsageContext;
import dev.tallygate.pricing.wire.UsageReader;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many tokens an answer took, as its provider told, in disjoint counts: the two wires
 * differ in what they count into the input. Null is what was not told. For the caller to
 * read only; the books read the provider's own words.
 *
 * @param input tokens in, without cached ones
 * @param cacheRead tokens in, read from the cache
 * @param cacheWrite tokens in, written to the cache
 * @param output tokens out, reasoning included
 * @param reasoning of the output, spent on reasoning
 */
record AnswerUsage(@Nullable Long input, @Nullable Long cacheRead, @Nullable Long cacheWrite, @Nullable Long output,
		@Nullable Long reasoning) {

	/** What is more is absurd; the books have the same limit. */
	private static final long MOST = Quantities.LIMIT;

	/** Nothing was told. */
	static final AnswerUsage NONE = new AnswerUsage(null, null, null, null, null);

	/**
	 * A usage of the chat wire, whose input includes what was cached. Providers tell it
	 * in many ways, so it is read as the books read it.
	 */
	static AnswerUsage ofChat(JsonNode usage) {
		Usage read = UsageReader.OPENAI.read(usage, UsageContext.NONE);
		if (read == null) {
			return NONE;
		}
		Long all = read.inputTokens();
		Long input = (all != null) ? Math.max(0, all - orZero(read.cacheReadTokens()) - orZero(read.cacheWriteTokens()))
				: null;
		return new AnswerUsage(input, read.cacheReadTokens(), read.cacheWriteTokens(), read.outputTokens(),
				read.reasoningTokens());
	}

	private static @Nullable Long count(JsonNode object, String name) {
		Long count = Json.count(object, name);
		return (count != null) ? Long.valueOf(Math.min(count, MOST)) : null;
	}

	/** A usage of the Messages API, whose input excludes what was cached. */
	static AnswerUsage ofMessages(JsonNode usage) {
		return new AnswerUsage(count(usage, "input_tokens"), count(usage, "cache_read_input_tokens"),
				count(usage, "cache_creation_input_tokens"), count(usage, "output_tokens"),
				count(usage.path("output_tokens_details"), "thinking_tokens"));
	}

	/** What was told before and what is told now; a 0 does not undo what was told. */
	AnswerUsage and(AnswerUsage later) {
		return new AnswerUsage(newer(this.input, later.input), newer(this.cacheRead, later.cacheRead),
				newer(this.cacheWrite, later.cacheWrite), newer(this.output, later.output),
				newer(this.reasoning, later.reasoning));
	}

	private static @Nullable Long newer(@Nullable Long before, @Nullable Long now) {
		return (now != null && (now > 0 || before == null)) ? now : before;
	}

	/** Whether it says anything: zeros beside an answer are no report. */
	boolean told() {
		return orZero(this.output) > 0 || allInput() > 0;
	}

	/** Tokens in, cached ones included. */
	long allInput() {
		return orZero(this.input) + orZero(this.cacheRead) + orZero(this.cacheWrite);
	}

	ObjectNode toChat() {
		ObjectNode usage = Json.object();
		usage.put("prompt_tokens", allInput());
		usage.put("completion_tokens", orZero(this.output));
		usage.put("total_tokens", allInput() + orZero(this.output));
		if (this.cacheRead != null || this.cacheWrite != null) {
			ObjectNode details = usage.putObject("prompt_tokens_details").put("cached_tokens", orZero(this.cacheRead));
			if (this.cacheWrite != null) {
				details.put("cache_write_tokens", this.cacheWrite);
			}
		}
		if (this.reasoning != null) {
			usage.putObject("completion_tokens_details").put("reasoning_tokens", this.reasoning);
		}
		return usage;
	}

	ObjectNode toMessages() {
		ObjectNode usage = Json.object();
		usage.put("input_tokens", orZero(this.input));
		usage.put("cache_creation_input_tokens", orZero(this.cacheWrite));
		usage.put("cache_read_input_tokens", orZero(this.cacheRead));
		usage.put("output_tokens", orZero(this.output));
		return usage;
	}

	/** Readers of this wire need its parts, so what was not told is 0. */
	ObjectNode toResponses() {
		ObjectNode usage = Json.object();
		usage.put("input_tokens", allInput());
		ObjectNode details = usage.putObject("input_tokens_details").put("cached_tokens", orZero(this.cacheRead));
		if (this.cacheWrite != null) {
			details.put("cache_write_tokens", this.cacheWrite);
		}
		usage.put("output_tokens", orZero(this.output));
		usage.putObject("output_tokens_details").put("reasoning_tokens", orZero(this.reasoning));
		usage.put("total_tokens", allInput() + orZero(this.output));
		return usage;
	}

	private static long orZero(@Nullable Long count) {
		return (count != null) ? count : 0;
	}

}
