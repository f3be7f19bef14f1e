package dev.tallygate.gateway.completion.models;

import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.completion.Wires;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.routing.Resolution;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.security.caller.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Which models a key may use by some wires: those with a price and those the providers
 * list, of every provider the caller has a credential for or that needs none.
 */
final class UsableModels {

	private final Providers providers;

	private final Prices prices;

	private final ModelNames names;

	private final ProviderKeys keys;

	private final ProviderModels lists;

	private final AllowedModels allowed;

	private final Wires wires;

	UsableModels(Providers providers, Prices prices, ModelNames names, ProviderKeys keys, ProviderModels lists,
			AllowedModels allowed, Wires wires) {
		this.providers = providers;
		this.prices = prices;
		this.names = names;
		this.keys = keys;
		this.lists = lists;
		this.allowed = allowed;
		this.wires = wires;
	}

	/**
	 * All of them, by configured provider and then by name; empty when key-service cannot
	 * say which credentials there are.
	 * @param asking those by which they are to be called
	 */
	Optional<List<ListedModel>> all(Caller caller, String token, List<Wire> asking) {
		return of(caller, token, this.providers.all(), asking);
	}

	/**
	 * Those of the provider that a name means; empty when key-service cannot say.
	 * @param name a model's name, in any form a call may use
	 * @param asking the wires by which it is to be called
	 */
	Optional<List<ListedModel>> named(Caller caller, String token, String name, List<Wire> asking) {
		if (!(this.names.resolve(name) instanceof Resolution.Resolved(Target target))) {
			return Optional.of(List.of());
		}
		return of(caller, token, List.of(target.provider()), asking)
			.map((models) -> models.stream().filter((model) -> model.target().name().equals(target.name())).toList());
	}

	private Optional<List<ListedModel>> of(Caller caller, String token, List<Provider> asked, List<Wire> asking) {
		Map<Provider, CompletableFuture<List<ListedModel>>> answers = new LinkedHashMap<>();
		for (Provider provider : asked) {
			switch (this.keys.find(caller.userId(), token, provider.name())) {
				case Reveal.Released(var access) -> answers.put(provider, this.lists.of(provider, access));
				case Reveal.Unavailable unavailable -> {
					return Optional.empty();
				}
				case Reveal.Missing _, Reveal.Rejected _, Reveal.OriginChanged _, Reveal.Undecryptable _,
						Reveal.NotAuthenticated _ -> {
					// none of its models can be called
				}
			}
		}
		List<ListedModel> models = new ArrayList<>();
		answers.forEach((provider, answer) -> models.addAll(union(provider, answer.join())));
		models.removeIf((model) -> !this.allowed.allows(caller, model.target()) || !isCalledBy(asking, model));
		return Optional.of(models);
	}

	/** Lists do not tell what a model is for; another provider's row of its name does. */
	private ListedModel ofItsKind(ListedModel model, PriceTable table, Instant now) {
		return this.providers.all()
			.stream()
			.map((provider) -> table.find(provider.name(), model.target().model(), now))
			.flatMap((row) -> Stream.ofNullable((row != null) ? row.mode() : null))
			.findFirst()
			.map(model::as)
			.orElse(model);
	}

	private boolean isCalledBy(List<Wire> asking, ListedModel model) {
		return asking.stream()
			.anyMatch((wire) -> model.answers(wire.operation()) && this.wires.reaches(model.target().provider(), wire));
	}

	private Collection<ListedModel> union(Provider provider, List<ListedModel> listed) {
		Map<String, ListedModel> byName = new TreeMap<>();
		PriceTable table = this.prices.inForce();
		Instant now = Instant.now();
		for (String model : table.modelsOf(provider.name())) {
			PriceRow row = table.find(provider.name(), model, now);
			if (row != null) {
				byName.putIfAbsent(model,
						new ListedModel(new Target(provider, model), null, row.effectiveFrom(), row.mode()));
			}
		}
		listed.forEach((model) -> byName.merge(model.target().model(), ofItsKind(model, table, now),
				(known, better) -> better.completedBy(known)));
		return byName.values();
	}

}
