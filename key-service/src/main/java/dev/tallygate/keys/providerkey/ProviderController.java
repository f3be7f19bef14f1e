package dev.tallygate.keys.providerkey;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tallygate.keys.owner.Owners;
import dev.tallygate.keys.provider.Dialect;
import dev.tallygate.keys.provider.Provider;
import dev.tallygate.keys.provider.Providers;
import dev.tallygate.keys.provider.Wire;
import dev.tallygate.security.internal.AllowedServices;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The configured providers, to people without, to services with the address.
 */
@RestController
class ProviderController {

	private final Providers providers;

	private final ProviderKeyRows rows;

	ProviderController(Providers providers, ProviderKeyRows rows) {
		this.providers = providers;
		this.rows = rows;
	}

	@GetMapping("/api/providers")
	List<Shown> list() {
		Set<String> withSystemKey = withSystemKey();
		return this.providers.all()
			.stream()
			.map((provider) -> new Shown(provider.name(), provider.displayName(), provider.dialect(), provider.wires(),
					provider.needsKey(), withSystemKey.contains(provider.name()), provider.oauth() != null))
			.toList();
	}

	@AllowedServices(AllowedServices.ANY)
	@GetMapping("/internal/providers")
	List<Located> located() {
		Set<String> withSystemKey = withSystemKey();
		return this.providers.all()
			.stream()
			.map((provider) -> new Located(provider, withSystemKey.contains(provider.name())))
			.toList();
	}

	private Set<String> withSystemKey() {
		return this.rows.findByOwnerIdOrderByProvider(Owners.OPERATOR)
			.stream()
			.map(ProviderKey::provider)
			.collect(Collectors.toSet());
	}

	/** A provider, as people see it. */
	record Shown(String name, String displayName, Dialect dialect, Set<Wire> wires, boolean needsKey,
			boolean hasSystemKey, boolean connectable) {

	}

	/** A provider, as services see it. */
	record Located(@JsonUnwrapped Provider provider, boolean hasSystemKey) {

	}

}
