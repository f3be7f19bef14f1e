package dev.tallygate.gateway.dialect.conversation;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model behind the Messages API understands, told by its name. One that is not
 * known is taken for a model of today's.
 *
 * @param thinking how it is told to think
 * @param schemas whether it can be held to a JSON Schema
 */
record ClaudeModel(ThinkingStyle thinking, boolean schemas) {

	/** How a model is told to think. */
	enum ThinkingStyle {

		/** It cannot. */
		NONE,
		/** By a number of tokens. */
		BUDGET,
		/** By an effort; it decides by itself how many tokens that is. */
		ADAPTIVE

	}

	private static final Pattern OLD = Pattern.compile("claude-(?:instant|[12])\\b.*|claude-(?:[a-z]+-)?3(?!\\d).*");

	private static final Pattern NEW = Pattern.compile("claude-[a-z]+-(\\d{1,2})(?:[.-](\\d{1,2}))?(?!\\d).*");

	static ClaudeModel named(String model) {
		String name = model.substring(model.lastIndexOf('/') + 1);
		if (name.startsWith("claude-3-7")) {
			return new ClaudeModel(ThinkingStyle.BUDGET, false);
		}
		if (OLD.matcher(name).matches()) {
			return new ClaudeModel(ThinkingStyle.NONE, false);
		}
		Matcher version = NEW.matcher(name);
		if (!version.matches()) {
			return new ClaudeModel(ThinkingStyle.BUDGET, true);
		}
		int major = Integer.parseInt(version.group(1));
		int minor = (version.group(2) != null) ? Integer.parseInt(version.group(2)) : 0;
		int release = major * 100 + minor;
		return new ClaudeModel((release >= 406) ? ThinkingStyle.ADAPTIVE : ThinkingStyle.BUDGET, release >= 405);
	}

}
