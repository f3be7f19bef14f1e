package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Served;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Iteration;
import dev.tallygate.pricing.Usage.Mark;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The usage of Anthropic's messages. {@code input_tokens} leaves out everything cached.
 * Iterations, where told, are what is charged, each at its own model: compaction and
 * advice are not in the counts above them. An attempt that declined before it said
 * anything, so that another model was asked, is charged nothing.
 */
final class MessagesUsage {

	private static final int MAX_ITERATIONS = 64;

	private final Fields.Found found = new Fields.Found();

	private final Set<Mark> marks = EnumSet.noneOf(Mark.class);

	private final Fields usage;

	private final UsageContext context;

	MessagesUsage(JsonNode usage, UsageContext context) {
		this.usage = Fields.of(usage, this.found);
		this.context = context;
	}

	@Nullable Usage read() {
		Quantities own = counts(this.usage);
		Quantities tools = tools();
		List<Iteration> runs = iterations(own);
		Served served = new Served(this.usage.text("service_tier"), false, this.usage.text("inference_geo"),
				this.usage.text("speed"));
		this.usage.known("fallback_credit", "output_tokens_details", "total_tokens", "cost").nameTheRest();
		Quantities all = own;
		if (!runs.isEmpty()) {
			all = Quantities.NONE;
			for (Iteration run : runs) {
				all = all.plus(run.quantities());
			}
		}
		if (this.found.corrected) {
			this.marks.add(Mark.CORRECTED);
		}
		if (all.isEmpty() && tools.isEmpty()) {
			return null;
		}
		return new Usage(all, served, runs, this.found.unknown, this.marks).plus(tools);
	}

	private Quantities counts(Fields fields) {
		Quantities.Builder counts = Quantities.builder();
		Long input = fields.count("input_tokens");
		if (input != null) {
			counts.add(Meter.INPUT, input);
		}
		Long read = fields.count("cache_read_input_tokens");
		if (read != null) {
			counts.add(Meter.CACHE_READ, read);
		}
		writes(fields, counts);
		Long output = fields.count("output_tokens");
		if (output != null) {
			Fields details = fields.object("output_tokens_details");
			Long thinking = details.count("thinking_tokens", "reasoning_tokens");
			if (thinking != null) {
				counts.add(Meter.REASONING, Math.min(thinking, output));
			}
			counts.add(Meter.OUTPUT, output - Math.min(OpenAiUsage.orZero(thinking), output));
		}
		return counts.build();
	}

	private void writes(Fields fields, Quantities.Builder counts) {
		Long all = fields.count("cache_creation_input_tokens");
		Fields lives = fields.object("cache_creation");
		Long five = lives.count("ephemeral_5m_input_tokens");
		Long hour = lives.count("ephemeral_1h_input_tokens");
		lives.nameTheRest();
		if (all == null && five == null && hour == null) {
			return;
		}
		long attributed = OpenAiUsage.orZero(five) + OpenAiUsage.orZero(hour);
		if (all != null && attributed > all) {
			this.marks.add(Mark.CONTRADICTORY);
		}
		long rest = Math.max(0, OpenAiUsage.orZero(all) - attributed);
		Meter asked = this.context.askedCacheLife();
		if (rest > 0 && OpenAiUsage.orZero(five) == 0 && asked != null && asked != Meter.CACHE_WRITE_5M) {
			this.marks.add(Mark.ESTIMATED_SPLIT);
			counts.add(asked, rest);
			rest = 0;
		}
		counts.add(Meter.CACHE_WRITE_5M, OpenAiUsage.orZero(five) + rest);
		if (OpenAiUsage.orZero(hour) > 0) {
			counts.add(Meter.CACHE_WRITE_1H, OpenAiUsage.orZero(hour));
		}
	}

	private Quantities tools() {
		Fields tools = this.usage.object("server_tool_use");
		Quantities.Builder counts = Quantities.builder();
		Long searches = tools.count("web_search_requests");
		if (searches != null && searches > 0) {
			counts.add(Meter.WEB_SEARCH, searches);
		}
		Long fetches = tools.count("web_fetch_requests");
		if (fetches != null && fetches > 0) {
			counts.add(Meter.WEB_FETCH, fetches);
		}
		tools.known("tool_search_requests").nameTheRest();
		return counts.build();
	}

	private List<Iteration> iterations(Quantities own) {
		JsonNode told = this.usage.member("iterations");
		if (told == null || !told.isArray() || told.isEmpty()) {
			return List.of();
		}
		List<Iteration> runs = new ArrayList<>();
		for (JsonNode each : told) {
			if (runs.size() == MAX_ITERATIONS) {
				this.marks.add(Mark.CORRECTED);
				break;
			}
			Fields fields = Fields.of(each, this.found);
			Quantities counts = counts(fields);
			String type = word(fields.text("type"));
			runs.add(new Iteration(type, model(fields), counts));
			fields.known("output_tokens_details", "total_tokens").nameTheRest();
		}
		if (runs.stream().anyMatch(MessagesUsage::isRescue)) {
			runs.removeIf(MessagesUsage::isDeclined);
		}
		if (!own.isEmpty() && !own.toMap().isEmpty() && runs.stream().noneMatch(MessagesUsage::isTop)) {
			// The counts above are those of the message, which nobody repeated here.
			runs.addFirst(new Iteration("message", null, own));
			return runs;
		}
		if (runs.size() == 1 && runs.getFirst().model() == null
				&& runs.getFirst().quantities().toMap().equals(own.toMap())) {
			return List.of();
		}
		Quantities message = messageOf(runs);
		if (!message.isEmpty() && !own.isEmpty() && !message.toMap().equals(own.toMap())) {
			this.marks.add(Mark.CONTRADICTORY);
		}
		return runs;
	}

	/**
	 * What the counts above the iterations should be: of several attempts, the last
	 * one's.
	 */
	private static Quantities messageOf(List<Iteration> runs) {
		Quantities message = Quantities.NONE;
		for (Iteration run : runs) {
			if (Iteration.FALLBACK.equals(run.type())) {
				message = run.quantities();
			}
			else if ("message".equals(run.type())) {
				message = message.plus(run.quantities());
			}
		}
		return message;
	}

	/** Whether it is a run that the counts above the iterations tell too. */
	private static boolean isTop(Iteration run) {
		return !"compaction".equals(run.type()) && !"advisor_message".equals(run.type());
	}

	/** Whether it answered after another model had declined. */
	private static boolean isRescue(Iteration run) {
		return Iteration.FALLBACK.equals(run.type()) && hasSpoken(run);
	}

	/** Whether it is an attempt at the message that came to nothing. */
	private static boolean isDeclined(Iteration run) {
		return ("message".equals(run.type()) || Iteration.FALLBACK.equals(run.type())) && !hasSpoken(run);
	}

	private static boolean hasSpoken(Iteration run) {
		return OpenAiUsage.orZero(run.quantities().outputTokens()) > 0;
	}

	private static @Nullable String model(Fields fields) {
		String model = fields.text("model");
		return (model != null && !model.isBlank() && model.length() <= 128) ? model : null;
	}

	private static @Nullable String word(@Nullable String text) {
		return (text != null && text.length() <= 32) ? text : null;
	}

}
