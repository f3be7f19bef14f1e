package dev.tallygate.keys.apikey;

import dev.tallygate.security.caller.Tags;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tags as a column of JSON.
 */
final class TagsColumn {

	private static final JsonMapper JSON = new JsonMapper();

	String write(Tags tags) {
		return JSON.writeValueAsString(tags);
	}

	Tags read(String json) {
		return JSON.readValue(json, Tags.class);
	}

}
