package dev.tallygate.gateway.dialect.conversation;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What of a request its answer needs.
 *
 * @param model the model by its provider's name, for providers that do not say it
 * @param created when the answer was asked for, in seconds of the epoch
 * @param inputEstimate about how many tokens went in
 * @param usageAsked whether the usage is wanted at the end of a chat stream
 * @param tools the tools by the names the model calls them by
 * @param request the request as its caller wrote it
 */
record AnswerSetting(String model, long created, long inputEstimate, boolean usageAsked, Map<String, Tool> tools,
		ObjectNode request) {

	/** Whether a tool takes any text. */
	boolean isCustom(String toolName) {
		Tool tool = this.tools.get(toolName);
		return tool != null && tool.custom();
	}

	/** The group a tool is in; null when in none. */
	@Nullable String namespaceOf(String toolName) {
		Tool tool = this.tools.get(toolName);
		return (tool != null) ? tool.namespace() : null;
	}

	/** A tool's name as its caller has it. */
	String ownNameOf(String toolName) {
		Tool tool = this.tools.get(toolName);
		return (tool != null) ? tool.ownName() : toolName;
	}

	/** Who answered. */
	String modelOf(Answer answer) {
		return (answer.model() != null) ? answer.model() : this.model;
	}

	/**
	 * What the caller is told of the usage where the wire demands that it is told some.
	 */
	AnswerUsage toldOrEstimated(AnswerUsage usage, long roughOutput) {
		return usage.told() ? usage : new AnswerUsage(this.inputEstimate, null, null, roughOutput, null);
	}

}
