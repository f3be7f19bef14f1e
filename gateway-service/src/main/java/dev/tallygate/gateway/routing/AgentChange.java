package dev.tallygate.gateway.routing;

import com.fasterxml.jackson.annotation.JsonSetter;
import dev.tallygate.security.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * What is to change about an agent: what is absent stays, a null preferred model is
 * cleared.
 */
final class AgentChange {

	private @Nullable String name;

	private boolean nameGiven;

	private @Nullable String preferredModel;

	private boolean preferredModelGiven;

	@JsonSetter("name")
	void name(@Nullable String name) {
		this.name = name;
		this.nameGiven = true;
	}

	@JsonSetter("preferredModel")
	void preferredModel(@Nullable String model) {
		this.preferredModel = model;
		this.preferredModelGiven = true;
	}

	String nameOr(String before) {
		if (!this.nameGiven) {
			return before;
		}
		if (this.name == null) {
			throw ProblemException.invalidField("name", "must not be null");
		}
		return this.name;
	}

	@Nullable String preferredModelOr(@Nullable String before) {
		return this.preferredModelGiven ? Preference.checked(this.preferredModel) : before;
	}

}
