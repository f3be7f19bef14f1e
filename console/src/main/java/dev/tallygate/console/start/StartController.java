package dev.tallygate.console.start;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.console.Dollars;
import dev.tallygate.console.keys.ProviderNames;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

/**
 * The page that ends with a real answer: a provider, a key of one's own, a program to
 * paste, and a light that turns green on its first call.
 */
@Controller
class StartController {

	private static final ParameterizedTypeReference<List<Provider>> PROVIDERS = new ParameterizedTypeReference<>() {
	};

	private static final String NO_KEY = "tg_dev_…";

	private final ServiceClient services;

	private final ConsoleProperties properties;

	private final Clock clock;

	StartController(ServiceClient services, ConsoleProperties properties, Clock clock) {
		this.services = services;
		this.properties = properties;
		this.clock = clock;
	}

	@GetMapping("/start")
	String page(@AuthenticationPrincipal SignedIn person, Model model) {
		return page(person, null, model);
	}

	/** Makes a key and shows the page with it, this once. */
	@PostMapping("/start")
	String key(@RequestParam(defaultValue = "first steps") String name, @AuthenticationPrincipal SignedIn person,
			Model model) {
		Panel<Issued> issued = Panel.ofChange(this.services.send(Service.KEYS, HttpMethod.POST, person.key(),
				Map.of("name", name.strip(), "keyType", "dev"), Issued.class, "/api/users/me/keys"));
		model.addAttribute("problem", issued.notice());
		return page(person, issued.content(), model);
	}

	private String page(SignedIn person, @Nullable Issued issued, Model model) {
		Panel<List<Provider>> providers = Panel
			.of(this.services.get(Service.KEYS, person.key(), PROVIDERS, "/api/providers"));
		List<Provider> known = (providers.content() != null) ? providers.content() : List.of();
		model.addAttribute("notice", providers.notice());
		model.addAttribute("providers", known.stream().filter(Provider::ready).toList());
		model.addAttribute("issued", issued);
		String key = (issued != null && issued.secret() != null) ? issued.secret() : NO_KEY;
		model.addAttribute("snippets", Snippets.of(this.properties.gatewayUrl().toString(), key, example(known)));
		model.addAttribute("since", this.clock.instant().toString());
		return "start";
	}

	/** The light: refreshed by itself until a call has come. */
	@GetMapping("/start/light")
	String light(@RequestParam String since, @AuthenticationPrincipal SignedIn person, Model model) {
		Answer<Events> answer = this.services.get(Service.METERING, person.key(), Events.class,
				"/api/users/me/usage/events?limit=1");
		model.addAttribute("since", since);
		if (answer instanceof Answer.KeyNotAccepted<Events>) {
			Panel.of(answer);
		}
		if (answer instanceof Answer.Given<Events>(Events events) && events.first() != null
				&& events.first().after(since)) {
			model.addAttribute("call", events.first());
		}
		return "start-light";
	}

	private static String example(List<Provider> providers) {
		return providers.stream().filter(Provider::ready).map((provider) -> switch (String.valueOf(provider.name())) {
			case "openai" -> "openai:gpt-4o-mini";
			case "anthropic" -> "anthropic:claude-haiku-4.5";
			case "ollama" -> "ollama:llama3.1";
			default -> "";
		}).filter((model) -> !model.isEmpty()).findFirst().orElse("auto");
	}

	/**
	 * A configured provider.
	 */
	record Provider(@Nullable String name, @Nullable String displayName, @Nullable Boolean needsKey,
			@Nullable Boolean hasSystemKey) {

		public String title() {
			return ProviderNames.of(this.name, this.displayName);
		}

		/** Whether a call can be answered without a key of the person's own. */
		boolean ready() {
			return Boolean.TRUE.equals(this.hasSystemKey) || Boolean.FALSE.equals(this.needsKey);
		}

	}

	/**
	 * A new key, with its secret this once.
	 */
	record Issued(@Nullable String name, @Nullable String secret) {
	}

	/**
	 * The latest calls.
	 */
	record Events(@Nullable List<Event> data) {

		@Nullable Event first() {
			return (this.data == null || this.data.isEmpty()) ? null : this.data.getFirst();
		}

	}

	/**
	 * One of them.
	 */
	record Event(@Nullable String callId, @Nullable String provider, @Nullable String model, @Nullable Long costNanos,
			@Nullable Instant startedAt) {

		boolean after(String since) {
			try {
				return this.startedAt != null && this.startedAt.isAfter(Instant.parse(since));
			}
			catch (DateTimeParseException ex) {
				return false;
			}
		}

		public String cost() {
			return (this.costNanos != null) ? Dollars.ofNanos(this.costNanos)
					: "an unknown amount: the model has no price";
		}

	}

}
