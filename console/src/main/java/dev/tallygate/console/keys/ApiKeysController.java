package dev.tallygate.console.keys;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.console.session.SignedIn;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The person's own API keys: list, create, revoke.
 */
@Controller
class ApiKeysController {

	private static final String KEYS = "/api/users/me/keys";

	private final ServiceClient services;

	ApiKeysController(ServiceClient services) {
		this.services = services;
	}

	@GetMapping("/keys")
	String list(@AuthenticationPrincipal SignedIn person, Model model) {
		return page(person, model);
	}

	/**
	 * Answers with the page itself: a secret that waited for a redirect would be stored
	 * somewhere.
	 */
	@PostMapping("/keys")
	String create(@RequestParam String name, @RequestParam(defaultValue = "dev") String keyType,
			@AuthenticationPrincipal SignedIn person, Model model) {
		Map<String, String> wanted = Map.of("name", name.strip(), "keyType", "prod".equals(keyType) ? "prod" : "dev");
		Panel<ApiKeys.Issued> issued = Panel
			.of(this.services.send(Service.KEYS, HttpMethod.POST, person.key(), wanted, ApiKeys.Issued.class, KEYS));
		model.addAttribute("issued", issued.content());
		model.addAttribute("problem", issued.notice());
		return page(person, model);
	}

	@PostMapping("/keys/revoke")
	String revoke(@RequestParam PathName id, @AuthenticationPrincipal SignedIn person, RedirectAttributes redirect) {
		Answer<Boolean> answer = this.services.tell(Service.KEYS, HttpMethod.DELETE, person.key(), KEYS + "/{id}",
				id.value());
		Panel<Boolean> panel = Panel.of(answer);
		if (panel.notice() != null) {
			redirect.addFlashAttribute("problem", panel.notice());
		}
		else {
			redirect.addFlashAttribute("done", "The key is revoked. Every gateway refuses it within a second.");
		}
		return "redirect:/keys";
	}

	private String page(SignedIn person, Model model) {
		Panel<ApiKeys> panel = Panel.of(this.services.get(Service.KEYS, person.key(), ApiKeys.class, KEYS));
		model.addAttribute("keys", panel.content());
		model.addAttribute("keysNotice", panel.notice());
		return "keys";
	}

}
