package dev.tallygate.simulator.responses;

import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Responses that were kept, each for the key that made it. Beyond a number the oldest go.
 */
public final class StoredResponses {

	private static final int MOST = 10_000;

	private final Map<String, Kept> entries = new LinkedHashMap<>() {
		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
			return size() > MOST;
		}
	};

	synchronized void keep(String id, Kept entry) {
		this.entries.put(id, entry);
	}

	synchronized @Nullable Kept find(String id, String owner) {
		Kept entry = this.entries.get(id);
		return (entry != null && entry.owner().equals(owner)) ? entry : null;
	}

	/**
	 * Answers a question about a stored response.
	 * @param said method and path, as in {@code GET /v1/responses/resp_1/input_items}
	 * @param owner the fingerprint of the key that asks
	 * @return the body of the answer
	 */
	public String answer(String said, String owner) {
		int slash = said.indexOf(' ');
		String method = said.substring(0, slash);
		String[] path = said.substring(slash + 1).split("/", -1);
		String id = (path.length > 3) ? path[3] : "";
		String more = (path.length > 4) ? path[4] : "";
		Kept entry = find(id, owner);
		if (entry == null) {
			throw new Refusal(404, "Response with id '" + id + "' not found.");
		}
		return switch (method + " " + more) {
			case "GET " -> entry.now().toString();
			case "GET input_items" -> items(entry);
			case "DELETE " -> delete(id);
			case "POST cancel" -> cancel(id, entry);
			default -> throw new Refusal(404, "Unknown request URL: " + said);
		};
	}

	private static String items(Kept entry) {
		ObjectNode list = Json.MAPPER.createObjectNode().put("object", "list");
		ArrayNode data = list.putArray("data");
		for (int i = entry.input().size() - 1; i >= 0; i--) {
			ObjectNode item = (ObjectNode) entry.input().get(i).deepCopy();
			data.add(item.has("id") ? item : item.put("id", "msg_in" + i));
		}
		list.put("first_id", data.path(0).path("id").asString(""));
		list.put("last_id", data.path(data.size() - 1).path("id").asString(""));
		return list.put("has_more", false).toString();
	}

	private synchronized String delete(String id) {
		this.entries.remove(id);
		return "{\"id\":" + Json.quoted(id) + ",\"object\":\"response\",\"deleted\":true}";
	}

	private String cancel(String id, Kept entry) {
		if (!entry.body().path("background").asBoolean(false)) {
			throw new Refusal(400, "Cannot cancel a synchronous response.");
		}
		if (!entry.isReady()) {
			ObjectNode cancelled = (ObjectNode) entry.before().deepCopy();
			cancelled.put("status", "cancelled");
			keep(id, new Kept(entry.owner(), cancelled, cancelled, entry.readyAt(), entry.input(),
					entry.conversation()));
			return cancelled.toString();
		}
		return entry.now().toString();
	}

	/**
	 * One that was kept.
	 *
	 * @param owner the fingerprint of the key that made it
	 * @param body as it is when it is made
	 * @param before as it is until then
	 * @param readyAt when it is made, by {@link System#nanoTime()}
	 * @param input the items of its request
	 * @param conversation all items up to and with its own
	 */
	record Kept(String owner, JsonNode body, JsonNode before, long readyAt, List<JsonNode> input,
			List<JsonNode> conversation) {

		boolean isReady() {
			return System.nanoTime() - this.readyAt >= 0;
		}

		JsonNode now() {
			return isReady() ? this.body : this.before;
		}

	}

}
