package dev.tallygate.console.keys;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.services.Together;
import dev.tallygate.console.session.SignedIn;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The person's own keys and accounts at the providers.
 */
@Controller
class ProviderKeysController {

	private static final String KEYS = "/api/users/me/provider-keys";

	private static final ParameterizedTypeReference<List<ProviderKey>> KEY_LIST = new ParameterizedTypeReference<>() {
	};

	private static final ParameterizedTypeReference<List<Provider>> PROVIDER_LIST = new ParameterizedTypeReference<>() {
	};

	private final ServiceClient services;

	ProviderKeysController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/provider-keys")
	String list(@AuthenticationPrincipal SignedIn person, Model model) {
		try (Together calls = new Together()) {
			Together.Part<Answer<List<ProviderKey>>> own = calls
				.ask(() -> this.services.get(Service.KEYS, person.key(), KEY_LIST, KEYS));
			Panel<List<Provider>> providers = Panel
				.of(this.services.get(Service.KEYS, person.key(), PROVIDER_LIST, "/api/providers"));
			Panel<List<ProviderKey>> keys = Panel.of(own.get());
			model.addAttribute("notice", (providers.notice() != null) ? providers.notice() : keys.notice());
			if (providers.content() != null && keys.content() != null) {
				model.addAttribute("lines", lines(providers.content(), keys.content()));
			}
		}
		return "provider-keys";
	}

	@PostMapping("/provider-keys")
	String save(@RequestParam PathName provider, @RequestParam String apiKey, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes redirect) {
		// The provider is asked before the key is kept, and may take its time.
		Outcome.of(
				this.services.patient()
					.tell(Service.KEYS, HttpMethod.PUT, person.key(), Map.of("apiKey", apiKey.strip()),
							KEYS + "/{provider}", provider.value()),
				"The key is checked, encrypted and in use.", redirect);
		return "redirect:/provider-keys";
	}

	@PostMapping("/provider-keys/validate")
	String validate(@RequestParam PathName provider, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes redirect) {
		Outcome.of(
				this.services.patient()
					.tell(Service.KEYS, HttpMethod.POST, person.key(), KEYS + "/{provider}/validate", provider.value()),
				"The provider was asked again; what it said is below.", redirect);
		return "redirect:/provider-keys";
	}

	@PostMapping("/provider-keys/remove")
	String remove(@RequestParam PathName provider, @AuthenticationPrincipal SignedIn person,
			RedirectAttributes redirect) {
		Outcome.of(this.services.tell(Service.KEYS, HttpMethod.DELETE, person.key(), KEYS + "/{provider}",
				provider.value()), "It is removed; no call uses it any more.", redirect);
		return "redirect:/provider-keys";
	}

	private static List<Line> lines(List<Provider> providers, List<ProviderKey> keys) {
		return providers.stream()
			.filter((provider) -> provider.name() != null)
			.map((provider) -> new Line(provider,
					keys.stream().filter((key) -> provider.name().equals(key.provider())).findFirst().orElse(null)))
			.toList();
	}

	/**
	 * A configured provider, as key-service tells it.
	 */
	record Provider(@Nullable String name, @Nullable String displayName, @Nullable String dialect,
			@Nullable Boolean needsKey, @Nullable Boolean hasSystemKey, @Nullable Boolean connectable) {

		/** Its proper name. */
		public String title() {
			return ProviderNames.of(this.name, this.displayName);
		}

		/** Whether there is anything to type. */
		public boolean takesKey() {
			return !Boolean.FALSE.equals(this.needsKey);
		}

		/** Whether an account can be connected instead. */
		public boolean takesAccount() {
			return Boolean.TRUE.equals(this.connectable) && PathName.canBe(this.name);
		}

	}

	/**
	 * A provider and the person's key for it.
	 */
	record Line(Provider provider, @Nullable ProviderKey key) {

		/** What the last look at the key said, for the eye. */
		public String state() {
			if (this.key == null) {
				return "none";
			}
			return Boolean.FALSE.equals(this.key.isValid()) ? "exceeded" : "ok";
		}

		/** The same in a word. */
		public String stateText() {
			if (this.key == null) {
				return this.provider.takesKey() ? "No key of yours" : "Needs no key";
			}
			if (this.key.lost()) {
				return "Connect again";
			}
			if (this.key.isValid() == null) {
				return "Not checked";
			}
			if (this.key.isValid()) {
				return this.key.connected() ? "Connected" : "Valid";
			}
			return "Rejected";
		}

		/** Which credential a call uses. */
		public String inUse() {
			if (this.key != null && this.key.lost()) {
				return "The provider no longer accepts this connection. Connect again; until then it is as if there were none. "
						+ withoutKey();
			}
			if (this.key != null) {
				return Boolean.FALSE.equals(this.key.isValid())
						? "Your key was rejected by the provider: calls are refused until you replace or remove it."
						: this.key.connected() ? "Your calls use your own account, and no credits."
								: "Your calls use your own key, and no credits.";
			}
			return withoutKey();
		}

		private String withoutKey() {
			if (Boolean.FALSE.equals(this.provider.needsKey())) {
				return "Your calls go there as they are, and cost no credits.";
			}
			return Boolean.TRUE.equals(this.provider.hasSystemKey())
					? "Your calls use the operator’s key, and your credits." : "Calls are refused until you save a key"
							+ (this.provider.takesAccount() ? " or connect an account." : ".");
		}

	}

}
