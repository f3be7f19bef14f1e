package dev.tallygate.metering.summary;

import dev.tallygate.security.problem.ProblemException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * By what everybody's usage can be grouped.
 */
enum GroupBy {

	/** By user. */
	USER("'=' || user_id::text"),
	/** By provider. */
	PROVIDER("'=' || provider"),
	/** By provider and model. */
	MODEL("'=' || provider || ':' || model"),
	/** By API key; calls without one (callers with a JWT) are a group of their own. */
	KEY("'=' || coalesce(api_key_id::text, '')"),
	/** By agent; calls without one are a group of their own. */
	AGENT("'=' || coalesce(agent_id::text, '')");

	/** SQL of a text that sorts; never empty, so that every key follows "". */
	private final String key;

	GroupBy(String key) {
		this.key = key;
	}

	String key() {
		return "(" + this.key + ")";
	}

	/**
	 * What was asked for, by user when nothing was.
	 * @throws ProblemException a 400 when it is none of these
	 */
	static GroupBy of(@Nullable String asked) {
		if (asked == null) {
			return USER;
		}
		return Arrays.stream(values())
			.filter((each) -> each.name().toLowerCase(Locale.ROOT).equals(asked))
			.findFirst()
			.orElseThrow(() -> ProblemException.invalidField("groupBy", "must be user, provider, model, key or agent"));
	}

}
