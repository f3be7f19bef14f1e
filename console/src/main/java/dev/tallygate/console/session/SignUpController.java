package dev.tallygate.console.session;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.ServiceClient;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/**
 * Signing up, where the operator leaves it open; elsewhere there is no such page.
 */
@Controller
class SignUpController {

	private final ServiceClient services;

	private final ConsoleProperties properties;

	SignUpController(ServiceClient services, ConsoleProperties properties) {
		this.services = services;
		this.properties = properties;
	}

	@GetMapping("/sign-up")
	String page() {
		requireOpen();
		return "sign-up";
	}

	/** Answers with the page itself: the key is shown this once. */
	@PostMapping("/sign-up")
	String signUp(@RequestParam String email, @RequestParam(defaultValue = "") String displayName,
			HttpServletRequest request, Model model) {
		requireOpen();
		Map<String, String> wanted = new HashMap<>(Map.of("email", email.strip()));
		if (!displayName.isBlank()) {
			wanted.put("displayName", displayName.strip());
		}
		Panel<Welcome> welcome = Panel
			.ofChange(this.services.signUp(request.getRemoteAddr(), wanted, Welcome.class, "/api/signup"));
		model.addAttribute("welcome", welcome.content());
		model.addAttribute("problem", welcome.notice());
		return "sign-up";
	}

	private void requireOpen() {
		if (!this.properties.signUp()) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
	}

	/**
	 * A new person's first key, this once.
	 */
	record Welcome(@Nullable Key apiKey) {
	}

	/**
	 * The key.
	 */
	record Key(@Nullable String secret) {
	}

}
