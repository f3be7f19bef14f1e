package dev.tallygate.gateway.dialect.conversation;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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

	/** The names of those that take any text. */
	Set<String> customNames() {
		return this.tools.stream().filter(Tool::custom).map(Tool::name).collect(Collectors.toUnmodifiableSet());
	}

}
