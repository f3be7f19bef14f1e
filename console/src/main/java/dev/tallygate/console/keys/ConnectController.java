package dev.tallygate.console.keys;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Notice;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Connecting an account at a provider instead of pasting a key: there by a link, since no
 * form of these pages may lead to another host, and back with a code for key-service.
 */
@Controller
class ConnectController {

	private static final String CONNECT = "/api/users/me/provider-keys/{provider}/connect";

	private static final String PAGE = "redirect:/provider-keys";

	private final ServiceClient services;

	ConnectController(ServiceClient services) {
		this.services = services;
	}

	@PostMapping("/provider-keys/connect")
	String start(@RequestParam PathName provider, @AuthenticationPrincipal SignedIn person, HttpSession session,
			Model model, RedirectAttributes next) {
		Answer<Started> answer = this.services.send(Service.KEYS, HttpMethod.POST, person.key(), null, Started.class,
				CONNECT, provider.value());
		Panel<Started> panel = Panel.of(answer);
		Started started = panel.content();
		URI there = (started != null) ? started.address() : null;
		String state = (started != null) ? started.state() : null;
		if (there == null || state == null) {
			next.addFlashAttribute("problem", (panel.notice() != null) ? panel.notice() : Notice
				.refused("This provider’s address for connecting is not set up rightly. Tell your administrator."));
			return PAGE;
		}
		Waiting.in(session).expect(state, provider.value());
		model.addAttribute("provider", ProviderNames.of(provider.value(), null));
		model.addAttribute("address", there.toString());
		model.addAttribute("host", there.getHost());
		return "connect";
	}

	/** Where the provider sends the person back to. */
	@GetMapping("/connect/callback")
	String back(@RequestParam(required = false) @Nullable String state,
			@RequestParam(required = false) @Nullable String code,
			@RequestParam(required = false) @Nullable String error, @AuthenticationPrincipal SignedIn person,
			HttpSession session, RedirectAttributes next) {
		String provider = (state != null) ? Waiting.in(session).take(state) : null;
		if (provider == null) {
			Outcome.refused("This consent was not asked for in this session, or was used already. Connect again.",
					next);
		}
		else if (error != null || code == null) {
			Outcome.refused("access_denied".equals(error) ? "You did not agree, so nothing was changed."
					: "The provider sent no consent back, so nothing was changed. Connect again.", next);
		}
		else {
			Outcome.of(
					this.services.patient()
						.tell(Service.KEYS, HttpMethod.POST, person.key(), Map.of("state", state, "code", code),
								CONNECT + "/complete", provider),
					"Your account is connected. Your calls use it from now on, and no credits.", next);
		}
		return PAGE;
	}

	/**
	 * Where the person agrees.
	 */
	record Started(@Nullable String authorizationUrl, @Nullable String state) {

		/** Null where it is none of the web. */
		@Nullable URI address() {
			try {
				URI address = URI.create(String.valueOf(this.authorizationUrl));
				boolean web = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
				return (web && address.getHost() != null) ? address : null;
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
		}

	}

	/**
	 * Which provider each consent that is waited for is about; kept in the session, so
	 * that nobody can be made to accept another's account.
	 */
	static final class Waiting {

		private static final String NAME = Waiting.class.getName();

		private static final int MOST = 10;

		private final Map<String, String> providers = new LinkedHashMap<>();

		static Waiting in(HttpSession session) {
			synchronized (session) {
				if (session.getAttribute(NAME) instanceof Waiting waiting) {
					return waiting;
				}
				Waiting waiting = new Waiting();
				session.setAttribute(NAME, waiting);
				return waiting;
			}
		}

		synchronized void expect(String state, String provider) {
			if (this.providers.size() >= MOST) {
				this.providers.remove(this.providers.keySet().iterator().next());
			}
			this.providers.put(state, provider);
		}

		synchronized @Nullable String take(String state) {
			return this.providers.remove(state);
		}

	}

}
