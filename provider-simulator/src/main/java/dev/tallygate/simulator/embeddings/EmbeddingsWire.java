package dev.tallygate.simulator.embeddings;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Call;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.EventWriter;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.OpenAiErrors;
import dev.tallygate.simulator.call.Refusal;
import dev.tallygate.simulator.call.Report;
import dev.tallygate.simulator.call.Wire;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The embeddings wire as of OpenAI's
 * <a href="https://platform.openai.com/docs/api-reference/embeddings">API reference</a>.
 */
public final class EmbeddingsWire implements Wire {

	/** The one. */
	public static final EmbeddingsWire INSTANCE = new EmbeddingsWire();

	private static final int DEFAULT_DIMENSIONS = 16;

	private EmbeddingsWire() {
	}

	/** Reads a request for embeddings: texts, or lists of tokens. */
	public Call read(JsonNode request, Directives everyCall) {
		StringBuilder prompt = new StringBuilder();
		Json.texts(request.path("input"), prompt);
		tokens(request.path("input"), prompt);
		if (prompt.toString().isBlank()) {
			throw new Refusal(400, "input must be a text or a list of texts");
		}
		return Call.of(this, "embeddings", request, prompt.toString(), everyCall).notStreamed();
	}

	private static void tokens(JsonNode input, StringBuilder into) {
		for (JsonNode one : input) {
			if (one.isIntegralNumber()) {
				into.append(one.longValue()).append(' ');
			}
			else if (one.isArray()) {
				tokens(one, into);
			}
		}
	}

	@Override
	public String newId(long number) {
		return "emb_sim" + number;
	}

	@Override
	public String whole(Answer answer) {
		JsonNode request = answer.call().request();
		Integer dimensions = Json.positive(request, "dimensions");
		boolean base64 = "base64".equals(request.path("encoding_format").asString(""));
		JsonNode input = request.path("input");
		int texts = (input.isArray() && !input.path(0).isIntegralNumber()) ? input.size() : 1;
		StringBuilder json = new StringBuilder("{\"object\":\"list\",\"data\":[");
		for (int i = 0; i < texts; i++) {
			Vector vector = Vector.of(answer.seed() + i, (dimensions != null) ? dimensions : DEFAULT_DIMENSIONS);
			json.append((i > 0) ? "," : "")
				.append("{\"object\":\"embedding\",\"index\":")
				.append(i)
				.append(",\"embedding\":")
				.append(base64 ? vector.base64() : vector.numbers())
				.append('}');
		}
		json.append("],\"model\":").append(Json.quoted(answer.call().served()));
		if (Report.wanted(answer)) {
			json.append(",\"usage\":").append(usage(answer));
		}
		return json.append('}').toString();
	}

	private static String usage(Answer answer) {
		String verbatim = answer.call().directives().decoded("usage-json");
		String input = Report.number(answer, answer.tokens().input());
		return (verbatim != null) ? verbatim
				: "{\"prompt_tokens\":" + input + ",\"total_tokens\":" + input + Report.extra(answer) + "}";
	}

	@Override
	public EventWriter events(Answer answer) {
		throw new IllegalStateException("embeddings are not streamed");
	}

	@Override
	public String error(int status, String message, @Nullable String code) {
		return OpenAiErrors.body(status, message, code);
	}

}
