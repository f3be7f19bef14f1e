package dev.tallygate.gateway.dialect.conversation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tools of a conversation.
 *
 * @param tools all of them, in order
 * @param choice whether the model must call one
 * @param parallel whether it may call several at once
 */
record Toolbox(List<Tool> tools, ToolChoice choice, boolean parallel) {

	Toolbox {
		tools = List.copyOf(tools);
	}

	/** What an answer needs of each, by the name the model calls it by. */
	Map<String, Tool> named() {
		Map<String, Tool> named = new HashMap<>();
		this.tools.forEach((tool) -> named.put(tool.name(), tool.named()));
		return named;
	}

}
