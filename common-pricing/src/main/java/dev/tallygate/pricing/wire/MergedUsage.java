package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The usage objects of one streamed message, put together field by field: the start tells
 * how the input splits, the end how much came out, and neither repeats the other. A later
 * 0 or null takes nothing back.
 */
public final class MergedUsage {

	private static final List<String> OUTPUT = List.of("output_tokens", "output_tokens_details");

	private final ObjectNode merged = JsonMapper.shared().createObjectNode();

	private boolean told;

	/**
	 * Adds the usage object in {@code [from, to)} that a stream starts with. What it says
	 * of the output is a place holder: a stream that ends before its last usage object
	 * has not told how much came out.
	 */
	public void start(byte[] json, int from, int to) {
		JsonNode usage = UsageReader.parsed(json, from, to);
		if (usage instanceof ObjectNode object) {
			object.remove(OUTPUT);
			add(object);
		}
	}

	/** Adds the usage object in {@code [from, to)}; what is none adds nothing. */
	public void add(byte[] json, int from, int to) {
		JsonNode usage = UsageReader.parsed(json, from, to);
		if (usage instanceof ObjectNode object) {
			add(object);
		}
	}

	private void add(ObjectNode usage) {
		this.told = true;
		merge(this.merged, usage);
	}

	private static void merge(ObjectNode into, JsonNode from) {
		for (Map.Entry<String, JsonNode> member : from.properties()) {
			JsonNode known = into.get(member.getKey());
			JsonNode value = member.getValue();
			if (known instanceof ObjectNode object && value.isObject()) {
				merge(object, value);
			}
			else if (known == null || known.isNull() || !saysNothing(value)) {
				into.set(member.getKey(), value);
			}
		}
	}

	private static boolean saysNothing(JsonNode value) {
		return value.isNull() || (value.isNumber() && !Fields.isMore(value)) || (value.isArray() && value.isEmpty());
	}

	/** What they say together; null when nothing. */
	public @Nullable Usage usage(UsageContext context) {
		return this.told ? UsageReader.MESSAGES.read(this.merged, context) : null;
	}

}
