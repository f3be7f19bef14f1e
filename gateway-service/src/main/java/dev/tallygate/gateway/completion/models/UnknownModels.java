package dev.tallygate.gateway.completion.models;

import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.routing.Resolution;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.security.caller.ModelPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds the entries of a key's {@code allowedModels} that mean no model anybody here has
 * heard of, most of them typing errors. A model is heard of when the price table has it,
 * or its provider has listed it. A provider without a price for any model of its own, as
 * Ollama, has what its operator gave it, so every name there may be one.
 */
final class UnknownModels {

	private final Providers providers;

	private final Prices prices;

	private final ModelNames names;

	private final ProviderModels lists;

	UnknownModels(Providers providers, Prices prices, ModelNames names, ProviderModels lists) {
		this.providers = providers;
		this.prices = prices;
		this.names = names;
		this.lists = lists;
	}

	/**
	 * Those of these entries that are unknown.
	 * @throws ProvidersUnknownException when key-service has not told the providers yet
	 */
	List<String> among(List<String> entries) {
		PriceTable table = this.prices.inForce();
		List<Known> known = new ArrayList<>();
		for (Provider provider : this.providers.all()) {
			known.add(Known.of(provider.name(), table, this.lists.listed(provider.name())));
		}
		return entries.stream().filter((entry) -> !isKnown(entry, table, known)).toList();
	}

	private boolean isKnown(String entry, PriceTable table, List<Known> known) {
		ModelPattern pattern = new ModelPattern(entry);
		if (pattern.isOpen()) {
			return known.stream().anyMatch((each) -> each.isMeantBy(pattern));
		}
		return this.names.resolve(entry) instanceof Resolution.Resolved(Target target)
				&& (table.hasModel(target.provider().name(), target.model()) || known.stream()
					.anyMatch((each) -> each.provider().equals(target.provider().name())
							&& (each.mayHaveAny() || each.models().contains(target.model()))));
	}

	/**
	 * What is known of one provider.
	 *
	 * @param provider its name
	 * @param models the names of its models
	 * @param fineTuned how the names of those begin that people have made
	 * @param mayHaveAny whether it may have others that nobody can know
	 */
	private record Known(String provider, Set<String> models, List<String> fineTuned, boolean mayHaveAny) {

		static Known of(String provider, PriceTable table, Set<String> listed) {
			List<String> priced = table.modelsOf(provider);
			listed.addAll(priced);
			return new Known(provider, listed, table.fineTunedOf(provider), priced.isEmpty());
		}

		boolean isMeantBy(ModelPattern pattern) {
			return (this.mayHaveAny && isOfThisAlone(pattern))
					|| this.models.stream().anyMatch((model) -> pattern.matches(this.provider, model))
					|| this.fineTuned.stream().anyMatch((model) -> isMeantBy(pattern, model));
		}

		/** A pattern of many providers says nothing of one that may have anything. */
		private boolean isOfThisAlone(ModelPattern pattern) {
			return names(pattern.text()) || pattern.covers(new ModelPattern(this.provider + ":*"));
		}

		private boolean names(String entry) {
			return entry.length() > this.provider.length() && entry.startsWith(this.provider)
					&& isSeparator(entry.charAt(this.provider.length()));
		}

		private static boolean isSeparator(char character) {
			return character == ':' || character == '/';
		}

		/** Of a fine-tuned model the beginning is known, and an owner's part is not. */
		private boolean isMeantBy(ModelPattern pattern, String beginning) {
			String entry = pattern.text();
			String model = names(entry) ? entry.substring(this.provider.length() + 1) : entry;
			return model.startsWith(beginning + ':') || pattern.matches(this.provider, beginning);
		}

	}

}
