package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Iteration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the tools of a response cost beside its tokens: searches of the web as
 * {@code tool_usage} counts them, or else by the calls in its output that searched and
 * did not only open a page; searches of files; sandboxes, each once; tokens of pictures
 * made, at the price of the model that made them.
 */
public final class ResponseTools {

	private static final String PICTURES = "image_generation";

	/** No name of a model is longer. */
	private static final int MAX_NAME = 128;

	private @Nullable Long searches;

	private long searchCalls;

	private long fileSearches;

	private final Set<String> containers = new HashSet<>();

	private Quantities pictures = Quantities.NONE;

	/**
	 * Nobody prices this name, so that pictures of an unknown model are named unpriced.
	 */
	private String pictureModel = PICTURES;

	/** Takes the {@code tool_usage} in {@code [from, to)}. */
	public void toolUsage(byte[] json, int from, int to) {
		JsonNode tools = UsageReader.parsed(json, from, to);
		if (tools == null) {
			return;
		}
		JsonNode requests = tools.path("web_search").path("num_requests");
		if (requests.isIntegralNumber()) {
			this.searches = count(tools.path("web_search"), "num_requests");
		}
		JsonNode made = tools.path("image_gen");
		if (made.isObject()) {
			this.pictures = pictures(made);
		}
	}

	/**
	 * Takes the list of tools in {@code [from, to)}, which says what makes pictures.
	 */
	public void tools(byte[] json, int from, int to) {
		JsonNode tools = UsageReader.parsed(json, from, to);
		if (tools == null) {
			return;
		}
		for (JsonNode tool : tools) {
			String model = tool.path("model").asString("");
			if (PICTURES.equals(tool.path("type").asString("")) && !model.isBlank() && model.length() <= MAX_NAME) {
				this.pictureModel = model;
			}
		}
	}

	/** What is not told to be text comes out as pictures. */
	private static Quantities pictures(JsonNode made) {
		Quantities.Builder counts = Quantities.builder();
		JsonNode in = made.path("input_tokens_details");
		long input = count(made, "input_tokens");
		long cached = Math.min(count(in, "cached_tokens"), input);
		JsonNode cachedParts = in.path("cached_tokens_details");
		long cachedImage = Math.min(count(cachedParts, "image_tokens"), cached);
		long image = Math.min(Math.max(0, count(in, "image_tokens") - cachedImage), input - cached);
		long output = count(made, "output_tokens");
		long text = Math.min(count(made.path("output_tokens_details"), "text_tokens"), output);
		addIfAny(counts, Meter.IMAGE_CACHE_READ, cachedImage);
		addIfAny(counts, Meter.CACHE_READ, cached - cachedImage);
		addIfAny(counts, Meter.IMAGE_INPUT, image);
		addIfAny(counts, Meter.INPUT, input - cached - image);
		addIfAny(counts, Meter.IMAGE_OUTPUT, output - text);
		addIfAny(counts, Meter.OUTPUT, text);
		return counts.build();
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

	/** Takes one more output item, in {@code [from, to)}. */
	public void done(byte[] json, int from, int to) {
		JsonNode item = UsageReader.parsed(json, from, to);
		if (item != null) {
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

	/** The usage that was told, and what the tools used. */
	public Usage addTo(Usage told) {
		Usage whole = told.plus(pieces(told.quantities().get(Meter.WEB_SEARCH)));
		return this.pictures.isEmpty() ? whole
				: whole.andRun(new Iteration(PICTURES, this.pictureModel, this.pictures));
	}

	/**
	 * The pieces that the tools used.
	 * @param toldSearches searches that the usage told already
	 */
	private Quantities pieces(long toldSearches) {
		Quantities.Builder counts = Quantities.builder();
		if (toldSearches == 0) {
			addIfAny(counts, Meter.WEB_SEARCH, (this.searches != null) ? this.searches : this.searchCalls);
		}
		addIfAny(counts, Meter.FILE_SEARCH, this.fileSearches);
		addIfAny(counts, Meter.CODE_SESSION, this.containers.size());
		return counts.build();
	}

	private static long count(JsonNode node, String name) {
		Long count = Fields.of(node, new Fields.Found()).count(name);
		return (count != null) ? count : 0;
	}

	private static void addIfAny(Quantities.Builder counts, Meter meter, long count) {
		if (count > 0) {
			counts.add(meter, count);
		}
	}

}
