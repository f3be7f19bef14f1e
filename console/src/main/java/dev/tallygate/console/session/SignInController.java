package dev.tallygate.console.session;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.console.services.KeyNotAcceptedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The sign-in page, and the way back to it.
 */
@Controller
@ControllerAdvice
class SignInController {

	private final ObjectProvider<OidcSignIn> oidc;

	private final ConsoleProperties properties;

	SignInController(ObjectProvider<OidcSignIn> oidc, ConsoleProperties properties) {
		this.oidc = oidc;
		this.properties = properties;
	}

	@GetMapping("/sign-in")
	String page(@RequestParam(required = false) @Nullable String reason,
			@AuthenticationPrincipal @Nullable SignedIn person, Model model) {
		if (person != null) {
			return "redirect:/";
		}
		model.addAttribute("reason", SignInReason.of(reason));
		model.addAttribute("issuer", this.oidc.getIfAvailable() != null);
		model.addAttribute("signUp", this.properties.signUp());
		return "sign-in";
	}

	/** To the OIDC issuer, if it answers. */
	@GetMapping("/sign-in/issuer")
	String issuer() {
		OidcSignIn issuer = this.oidc.getIfAvailable();
		if (issuer == null) {
			return "redirect:/sign-in";
		}
		return (issuer.client() != null) ? "redirect:/oauth2/authorization/" + OidcSignIn.REGISTRATION
				: "redirect:/sign-in?reason=issuer-unavailable";
	}

	/** Where somebody lands who may not see a page. */
	@RequestMapping("/not-for-you")
	String notForYou() {
		return "not-for-you";
	}

	@ExceptionHandler(KeyNotAcceptedException.class)
	@Nullable String sessionOver(HttpServletRequest request, HttpServletResponse response) {
		HttpSession session = request.getSession(false);
		if (session != null) {
			session.invalidate();
		}
		SecurityContextHolder.clearContext();
		if (request.getHeader("HX-Request") != null) {
			response.setHeader("HX-Redirect", "/sign-in?reason=ended");
			response.setStatus(HttpStatus.UNAUTHORIZED.value());
			return null;
		}
		// What was typed is not to be taken for saved.
		return "POST".equals(request.getMethod()) ? "redirect:/sign-in?reason=not-saved"
				: "redirect:/sign-in?reason=ended";
	}

}
