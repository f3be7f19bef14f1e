package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the tools of a response cost beside its tokens: searches of the web as
 * {@code tool_usage} counts them, or else by the calls in its output that searched and
 * did not only open a page; searches of files; sandboxes, each once; tokens of pictures
 * made.
 */
public final class ResponseTools {

	private @Nullable Long searches;

	private long searchCalls;

	private long fileSearches;

	private final Set<String> containers = new HashSet<>();

	private Quantities pictures = Quantities.NONE;

	/** Takes the {@code tool_usage} in {@code [from, to)}. */
	public void toolUsage(byte[] json, int from, int to) {
		JsonNode tools = UsageReader.parsed(json, from, to);
		if (tools == null) {
			return;
		}
		JsonNode requests = tools.path("web_search").path("num_requests");
		if (requests.isIntegralNumber()) {
			this.searches = Math.max(0, requests.asLong(0));
		}
		JsonNode made = tools.path("image_gen");
		if (made.isObject()) {
			pictures(made);
		}
	}

	private void pictures(JsonNode made) {
		Quantities.Builder counts = Quantities.builder();
		long input = count(made, "input_tokens");
		JsonNode parts = made.path("input_tokens_details");
		long image = Math.min(count(parts, "image_tokens"), input);
		long output = count(made, "output_tokens");
		addIfAny(counts, Meter.IMAGE_INPUT, image);
		addIfAny(counts, Meter.INPUT, input - image);
		addIfAny(counts, Meter.IMAGE_OUTPUT, output);
		this.pictures = counts.build();
	}

	/** Takes the list of output items in {@code [from, to)}. */
	public void output(byte[] json, int from, int to) {
		JsonNode items = UsageReader.parsed(json, from, to);
		if (items == null || !items.isArray()) {
			return;
		}
		this.searchCalls = 0;
		this.fileSearches = 0;
		this.containers.clear();
		for (JsonNode item : items) {
			item(item);
		}
	}

	private void item(JsonNode item) {
		switch (item.path("type").asString("")) {
			case "web_search_call" -> {
				String action = item.path("action").path("type").asString("search");
				this.searchCalls += "search".equals(action) ? 1 : 0;
			}
			case "file_search_call" -> this.fileSearches++;
			case "code_interpreter_call" ->
				this.containers.add(item.path("container_id").asString(item.path("id").asString("")));
			default -> {
				// costs its tokens alone
			}
		}
	}

	/** What they used. */
	public Quantities quantities() {
		Quantities.Builder counts = Quantities.builder();
		addIfAny(counts, Meter.WEB_SEARCH, (this.searches != null) ? this.searches : this.searchCalls);
		addIfAny(counts, Meter.FILE_SEARCH, this.fileSearches);
		addIfAny(counts, Meter.CODE_SESSION, this.containers.size());
		Quantities pieces = counts.build();
		return this.pictures.isEmpty() ? pieces : pieces.plus(this.pictures);
	}

	private static long count(JsonNode node, String name) {
		return Math.max(0, node.path(name).asLong(0));
	}

	private static void addIfAny(Quantities.Builder counts, Meter meter, long count) {
		if (count > 0) {
			counts.add(meter, count);
		}
	}

}
