package dev.tallygate.gateway.routing;

import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.ModelPattern;
import java.util.Set;

/**
 * Which models a key may use. The one place that reads a key's list.
 */
public final class AllowedModels {

	private final Routes routes;

	public AllowedModels(Routes routes) {
		this.routes = routes;
	}

	/** Whether a caller's key may use a model. */
	public boolean allows(Caller caller, Target target) {
		Set<String> allowed = caller.allowedModels();
		return allowed == null || allowed.contains(target.name())
				|| allowed.stream().anyMatch((entry) -> means(entry, target));
	}

	/** A name means what it means in a call; one with an asterisk means many. */
	private boolean means(String entry, Target target) {
		ModelPattern pattern = new ModelPattern(entry);
		return pattern.isOpen() ? pattern.matches(target.provider().name(), target.model())
				: this.routes.means(entry, target);
	}

}
