package dev.tallygate.simulator;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider's way to write questions and answers.
 */
sealed interface Wire permits OpenAiWire, AnthropicWire {

	/** Reads and writes every JSON of the simulator. */
	JsonMapper JSON = JsonMapper.shared();

	/** A new id of an answer. */
	String newId(long number);

	/** The whole answer as one JSON document. */
	String whole(Answer answer);

	/** The events before the first word. */
	String opening(Answer answer);

	/** The event with one word of a choice. */
	String event(Answer answer, int choice, int position);

	/** The events after the last word. */
	String closing(Answer answer);

	/** An error event inside a stream. */
	String errorEvent(String message);

	/** The body of an error. */
	String error(int status, String message, @Nullable String code);

	/** The list of models. */
	String models();

	/** A comment or its like that clients must skip. */
	String idle();

	/** A number of the usage, as it is to be reported. */
	static String reported(Answer answer, long tokens) {
		return switch (answer.call().directives().usage()) {
			case TRUE_NUMBERS, NONE -> Long.toString(tokens);
			case ABSURD -> "1000000000000";
			case NEGATIVE -> Long.toString(-tokens - 1);
			case ZERO -> "0";
			case TEXT -> "\"" + tokens + "\"";
		};
	}

	/** A text as a JSON string with its quotes. */
	static String quoted(String text) {
		return JSON.writeValueAsString(text);
	}

	/** The model of a request. */
	static String model(JsonNode request) {
		JsonNode model = request.path("model");
		if (!model.isString() || model.stringValue().isEmpty()) {
			throw new Refusal(400, "you must provide a model parameter");
		}
		return model.stringValue();
	}

	/** A whole number of at least 1, or null where there is none. */
	static @Nullable Integer positive(JsonNode request, String name) {
		JsonNode value = request.path(name);
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
			throw new Refusal(400, name + " must be a whole number of at least 1");
		}
		return value.intValue();
	}

	/** Adds every text of a content: a string, or parts with a {@code text}. */
	static void texts(JsonNode content, StringBuilder into) {
		if (content.isString()) {
			into.append(content.stringValue()).append('\n');
		}
		else if (content.isArray()) {
			for (JsonNode part : content) {
				texts(part.isString() ? part : part.path("text"), into);
				texts(part.path("content"), into);
			}
		}
	}

}
