package dev.tallygate.gateway.routing;

import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.security.caller.ModelPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the names of models mean: {@code provider:model} (split at the first colon),
 * {@code provider/model}, or a bare name in the price table, of the first configured
 * provider that has it.
 */
public final class ModelNames {

	/** The longest name looked at, in characters. */
	public static final int MAX_LENGTH = ModelPattern.MAX_LENGTH;

	private final Providers providers;

	private final Prices prices;

	/**
	 * Names by these providers and prices.
	 */
	public ModelNames(Providers providers, Prices prices) {
		this.providers = providers;
		this.prices = prices;
	}

	/**
	 * What a name means.
	 */
	public Resolution resolve(String name) {
		if (!isName(name)) {
			return new Resolution.NoName();
		}
		List<Provider> configured = this.providers.all();
		Target target = split(configured, name, ':');
		if (target == null) {
			target = split(configured, name, '/');
		}
		if (target == null) {
			target = bare(configured, name);
		}
		if (target == null) {
			return (name.indexOf(':') >= 0 || name.indexOf('/') >= 0) ? new Resolution.UnsupportedProvider()
					: new Resolution.UnknownModel();
		}
		return target.model().isEmpty() ? new Resolution.UnknownModel() : new Resolution.Resolved(target);
	}

	/**
	 * Whether it can be a model's name: printable ASCII without spaces, because it also
	 * goes into headers.
	 */
	public static boolean isName(String name) {
		if (name.isEmpty() || name.length() > MAX_LENGTH) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			if (name.charAt(i) <= ' ' || name.charAt(i) > '~') {
				return false;
			}
		}
		return true;
	}

	private static @Nullable Target split(List<Provider> configured, String name, char separator) {
		int at = name.indexOf(separator);
		if (at < 0) {
			return null;
		}
		for (Provider provider : configured) {
			if (provider.name().length() == at && name.startsWith(provider.name())) {
				return new Target(provider, name.substring(at + 1));
			}
		}
		return null;
	}

	private @Nullable Target bare(List<Provider> configured, String name) {
		for (Provider provider : configured) {
			if (this.prices.inForce().knows(provider.name(), name)) {
				return new Target(provider, name);
			}
		}
		return null;
	}

}
