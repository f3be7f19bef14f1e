package dev.tallygate.simulator.responses;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Call;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.EventWriter;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.OpenAiErrors;
import dev.tallygate.simulator.call.Refusal;
import dev.tallygate.simulator.call.Tool;
import dev.tallygate.simulator.call.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The responses wire as of OpenAI's
 * <a href="https://platform.openai.com/docs/api-reference/responses">API reference</a>.
 * An answer is stored unless the request says {@code "store":false}.
 */
public final class ResponsesWire implements Wire {

	private final StoredResponses stored = new StoredResponses();

	/**
	 * Reads a request for a response.
	 * @param owner the fingerprint of the key it came with
	 */
	public Call read(JsonNode request, Directives everyCall, String owner) {
		StringBuilder prompt = new StringBuilder();
		Json.texts(request.path("instructions"), prompt);
		List<JsonNode> items = new ArrayList<>(earlier(request, owner));
		items.addAll(InputItems.of(request.path("input")));
		int turn = 0;
		boolean tooled = false;
		for (JsonNode item : items) {
			Json.texts(item.path("content"), prompt);
			Json.texts(item.path("output"), prompt);
			boolean result = item.path("type").asString("").endsWith("_output");
			boolean person = item.path("role").asString("").equals("user");
			turn = person ? 0 : (result && !tooled) ? turn + 1 : turn;
			tooled = result;
		}
		return Call.of(this, "responses", request, prompt.toString(), everyCall)
			.atMost(Json.positive(request, "max_output_tokens"))
			.offering(tools(request), turn)
			.by(owner);
	}

	private List<JsonNode> earlier(JsonNode request, String owner) {
		String previous = request.path("previous_response_id").asString("");
		if (previous.isEmpty()) {
			return List.of();
		}
		StoredResponses.Kept entry = this.stored.find(previous, owner);
		if (entry == null) {
			throw new Refusal(400, "Previous response with id '" + previous + "' not found.",
					"previous_response_not_found");
		}
		return entry.conversation();
	}

	private static List<Tool> tools(JsonNode request) {
		List<Tool> tools = new ArrayList<>();
		for (JsonNode tool : request.path("tools")) {
			String name = tool.path("name").asString("");
			if (!name.isEmpty()) {
				tools.add(new Tool(name, tool.path("type").asString("").equals("custom"), tool.path("parameters")));
			}
		}
		return tools;
	}

	/** The responses that are kept. */
	public StoredResponses stored() {
		return this.stored;
	}

	@Override
	public String newId(long number) {
		return "resp_sim" + number;
	}

	@Override
	public String whole(Answer answer) {
		String document = ResponseDocument.finished(answer);
		keep(answer, document);
		return isInBackground(answer) ? ResponseDocument.begun(answer, "queued") : document;
	}

	private static boolean isInBackground(Answer answer) {
		return answer.call().request().path("background").asBoolean(false);
	}

	/** Keeps an answer for those who ask for it later. */
	void keep(Answer answer, String document) {
		JsonNode request = answer.call().request();
		if (!request.path("store").asBoolean(true)) {
			return;
		}
		List<JsonNode> input = InputItems.of(request.path("input"));
		List<JsonNode> conversation = new ArrayList<>(earlier(request, answer.call().owner()));
		conversation.addAll(input);
		JsonNode body = Json.MAPPER.readTree(document);
		body.path("output").forEach(conversation::add);
		JsonNode before = Json.MAPPER.readTree(ResponseDocument.begun(answer, "in_progress"));
		Duration ready = isInBackground(answer) ? answer.call().directives().ready() : Duration.ZERO;
		this.stored.keep(answer.id(), new StoredResponses.Kept(answer.call().owner(), body, before,
				System.nanoTime() + ready.toNanos(), input, conversation));
	}

	@Override
	public EventWriter events(Answer answer) {
		return new ResponseEvents(this, answer);
	}

	@Override
	public String error(int status, String message, @Nullable String code) {
		return OpenAiErrors.body(status, message, code);
	}

}
