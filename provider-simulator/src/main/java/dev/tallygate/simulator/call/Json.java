package dev.tallygate.simulator.call;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reading requests and writing answers.
 */
public final class Json {

	/** Reads and writes every JSON of the simulator. */
	public static final JsonMapper MAPPER = JsonMapper.shared();

	private Json() {
	}

	/** A text as a JSON string with its quotes. */
	public static String quoted(String text) {
		return MAPPER.writeValueAsString(text);
	}

	/** The model of a request. */
	public static String model(JsonNode request) {
		JsonNode model = request.path("model");
		if (!model.isString() || model.stringValue().isEmpty()) {
			throw new Refusal(400, "you must provide a model parameter");
		}
		return model.stringValue();
	}

	/** A whole number of at least 1, or null where there is none. */
	public static @Nullable Integer positive(JsonNode request, String name) {
		JsonNode value = request.path(name);
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
			throw new Refusal(400, name + " must be a whole number of at least 1");
		}
		return value.intValue();
	}

	/**
	 * Adds every text of a content: a string, or parts with a {@code text}, a
	 * {@code content} or an {@code output}.
	 */
	public static void texts(JsonNode content, StringBuilder into) {
		if (content.isString()) {
			into.append(content.stringValue()).append('\n');
		}
		else if (content.isArray()) {
			for (JsonNode part : content) {
				texts(part.isString() ? part : part.path("text"), into);
				texts(part.path("content"), into);
				texts(part.path("output"), into);
			}
		}
	}

}
