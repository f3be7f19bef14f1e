package dev.tallygate.console.session;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;

/**
 * Keeps what a sign-in at the issuer began with in a cookie of the browser that began it,
 * so that beginning one costs no session.
 */
class SignInAttempts implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {

	/** How long a person may take at the issuer. */
	private static final Duration LIFE = Duration.ofMinutes(10);

	private static final int PARTS = 3;

	private final String cookie;

	private final boolean secure;

	private final Supplier<@Nullable ClientRegistration> client;

	SignInAttempts(String cookie, boolean secure, Supplier<@Nullable ClientRegistration> client) {
		this.cookie = cookie;
		this.secure = secure;
		this.client = client;
	}

	@Override
	public @Nullable OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
		String state = request.getParameter(OAuth2ParameterNames.STATE);
		String[] parts = parts(request);
		ClientRegistration known = this.client.get();
		if (known == null || parts.length != PARTS || !parts[0].equals(state)) {
			return null;
		}
		return OAuth2AuthorizationRequest.authorizationCode()
			.authorizationUri(Objects.requireNonNull(known.getProviderDetails().getAuthorizationUri()))
			.clientId(known.getClientId())
			.redirectUri(known.getRedirectUri())
			.scopes(known.getScopes())
			.state(parts[0])
			.attributes((attributes) -> {
				attributes.put(OAuth2ParameterNames.REGISTRATION_ID, known.getRegistrationId());
				attributes.put(OidcParameterNames.NONCE, parts[1]);
				attributes.put(PkceParameterNames.CODE_VERIFIER, parts[2]);
			})
			.build();
	}

	private String[] parts(HttpServletRequest request) {
		if (request.getCookies() != null) {
			for (Cookie one : request.getCookies()) {
				if (one.getName().equals(this.cookie)) {
					return decoded(one.getValue());
				}
			}
		}
		return new String[0];
	}

	private static String[] decoded(String value) {
		try {
			return new String(Base64.getUrlDecoder().decode(value), StandardCharsets.UTF_8).split("\n", -1);
		}
		catch (IllegalArgumentException ex) {
			return new String[0];
		}
	}

	@Override
	public void saveAuthorizationRequest(@Nullable OAuth2AuthorizationRequest attempt, HttpServletRequest request,
			HttpServletResponse response) {
		if (attempt == null) {
			set(response, "", Duration.ZERO);
			return;
		}
		String text = String.join("\n", Objects.requireNonNull(attempt.getState()),
				String.valueOf(attempt.<Object>getAttribute(OidcParameterNames.NONCE)),
				String.valueOf(attempt.<Object>getAttribute(PkceParameterNames.CODE_VERIFIER)));
		set(response, Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8)),
				LIFE);
	}

	private void set(HttpServletResponse response, String value, Duration life) {
		response.addHeader(HttpHeaders.SET_COOKIE,
				ResponseCookie.from(this.cookie, value)
					.path("/")
					.httpOnly(true)
					.secure(this.secure)
					.sameSite("Lax")
					.maxAge(life)
					.build()
					.toString());
	}

	@Override
	public @Nullable OAuth2AuthorizationRequest removeAuthorizationRequest(HttpServletRequest request,
			HttpServletResponse response) {
		OAuth2AuthorizationRequest attempt = loadAuthorizationRequest(request);
		saveAuthorizationRequest(null, request, response);
		return attempt;
	}

}
