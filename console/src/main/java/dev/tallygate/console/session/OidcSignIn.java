package dev.tallygate.console.session;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.console.services.ServiceClient;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.authentication.logout.OidcLogoutToken;
import org.springframework.security.oauth2.client.oidc.session.InMemoryOidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionInformation;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.session.HttpSessionDestroyedEvent;
import org.springframework.stereotype.Component;

/**
 * Sign-in at an OIDC issuer: code flow with PKCE, and sign-out when the issuer says so
 * over the back channel. The ID token is what the services are asked with; who that is,
 * with which role and tags, key-service decides by the issuer's claims.
 */
@Component
@ConditionalOnProperty("tallygate.oidc.issuer-uri")
class OidcSignIn {

	/** The name of the issuer in the console's addresses. */
	static final String REGISTRATION = "oidc";

	private static final Logger logger = LoggerFactory.getLogger(OidcSignIn.class);

	private final OidcProperties properties;

	private final ConsoleProperties console;

	private final People people;

	private final OpenSessions sessions;

	private final Clock clock;

	private final OidcSessionRegistry registry = new InMemoryOidcSessionRegistry();

	private final OidcIdTokenDecoderFactory decoders = new OidcIdTokenDecoderFactory();

	private final RestClientRefreshTokenTokenResponseClient refreshing = new RestClientRefreshTokenTokenResponseClient();

	private volatile @Nullable ClientRegistration client;

	OidcSignIn(OidcProperties properties, ConsoleProperties console, ServiceClient services, OpenSessions sessions,
			Clock clock) {
		this.properties = properties;
		this.console = console;
		this.people = new People(services, clock);
		this.sessions = sessions;
		this.clock = clock;
	}

	/**
	 * What the issuer is asked with. Its own description is read when it is first needed,
	 * so that the console starts without it.
	 * @return null while the issuer does not answer
	 */
	@Nullable ClientRegistration client() {
		ClientRegistration known = this.client;
		if (known == null) {
			try {
				known = describe();
				this.client = known;
			}
			catch (IllegalArgumentException ex) {
				logger.warn("The OIDC issuer could not be asked: {}", ex.getClass().getSimpleName());
			}
		}
		return known;
	}

	private ClientRegistration describe() {
		String secret = this.properties.clientSecret();
		boolean confidential = secret != null && !secret.isBlank();
		Set<String> scopes = new LinkedHashSet<>(Set.of("openid"));
		scopes.addAll(this.properties.scopes());
		ClientRegistration.Builder builder = ClientRegistrations
			.fromIssuerLocation(Objects.requireNonNull(this.properties.issuerUri()))
			.registrationId(REGISTRATION)
			.clientId(this.properties.clientId())
			.scope(scopes)
			.redirectUri(this.console.url() + "/login/oauth2/code/" + REGISTRATION)
			.clientSettings(ClientRegistration.ClientSettings.builder().requireProofKey(true).build());
		return (confidential ? builder.clientSecret(secret)
				: builder.clientAuthenticationMethod(ClientAuthenticationMethod.NONE))
			.build();
	}

	/** Adds it to the pages' chain. */
	void configure(HttpSecurity http, SignInAttempts attempts) {
		ClientRegistrationRepository clients = (id) -> REGISTRATION.equals(id) ? client() : null;
		OidcUserService claims = new OidcUserService();
		claims.setRetrieveUserInfo((request) -> false);
		OAuth2AuthorizedClientRepository forTheRequest = new ForTheRequest();
		http.oauth2Login((login) -> login.loginPage("/sign-in")
			.clientRegistrationRepository(clients)
			.authorizedClientRepository(forTheRequest)
			.authorizationEndpoint((endpoint) -> endpoint.authorizationRequestRepository(attempts))
			.userInfoEndpoint((endpoint) -> endpoint.oidcUserService(claims))
			.successHandler((request, response, authentication) -> signedIn(request, response, authentication,
					forTheRequest.loadAuthorizedClient(REGISTRATION, authentication, request)))
			.failureHandler(OidcSignIn::failed))
			.oidcLogout((logout) -> logout.clientRegistrationRepository(clients)
				.oidcSessionRegistry(this.registry)
				.backChannel((channel) -> channel.logoutHandler(this::ended)));
	}

	/** Turns what the issuer said into the session of a person key-service knows. */
	private void signedIn(HttpServletRequest request, HttpServletResponse response, Authentication atIssuer,
			@Nullable OAuth2AuthorizedClient authorized) throws IOException {
		try {
			Authentication person = this.people.signIn(tokens(atIssuer, authorized));
			this.sessions.onAuthentication(person, request, response);
			OpenSessions.save(person, request, response);
			if (atIssuer.getPrincipal() instanceof OidcUser user) {
				// Spring registers sessions that were there before the sign-in; this one
				// was not.
				this.registry
					.saveSessionInformation(new OidcSessionInformation(request.getSession().getId(), Map.of(), user));
			}
			response.sendRedirect("/");
		}
		catch (AuthenticationException ex) {
			HttpSession session = request.getSession(false);
			if (session != null) {
				session.invalidate();
			}
			SecurityContextHolder.clearContext();
			failed(request, response, ex);
		}
	}

	private Credential tokens(Authentication atIssuer, @Nullable OAuth2AuthorizedClient authorized) {
		if (!(atIssuer.getPrincipal() instanceof OidcUser user) || authorized == null) {
			throw new AuthenticationServiceException("no ID token");
		}
		Instant end = Objects.requireNonNull(user.getIdToken().getExpiresAt());
		return new IssuerTokens(authorized.getClientRegistration(), this.refreshing,
				this.decoders.createDecoder(authorized.getClientRegistration()),
				new IssuerTokens.Tokens(authorized.getAccessToken(), authorized.getRefreshToken(),
						user.getIdToken().getTokenValue(), Objects.requireNonNull(user.getSubject()), end),
				this.properties.refreshAhead(), this.clock);
	}

	private static void failed(HttpServletRequest request, HttpServletResponse response, AuthenticationException ex)
			throws IOException {
		logger.info("A sign-in at the OIDC issuer failed: {}", (ex instanceof OAuth2AuthenticationException oauth)
				? oauth.getError().getErrorCode() : ex.getClass().getSimpleName());
		response.sendRedirect(SignInReason.page(ex, SignInReason.ISSUER_REFUSED));
	}

	@EventListener
	void sessionEnded(HttpSessionDestroyedEvent event) {
		this.registry.removeSessionInformation(event.getId());
	}

	/** The issuer says that a person, or one session of one, has ended. */
	private void ended(HttpServletRequest request, HttpServletResponse response, @Nullable Authentication said) {
		if (said != null && said.getPrincipal() instanceof OidcLogoutToken token) {
			for (OidcSessionInformation session : this.registry.removeSessionInformation(token)) {
				this.sessions.end(session.getSessionId());
			}
		}
	}

	/**
	 * Hands the tokens of a sign-in from the filter to the end of the same request; they
	 * are kept nowhere else.
	 */
	private static final class ForTheRequest implements OAuth2AuthorizedClientRepository {

		private static final String NAME = ForTheRequest.class.getName();

		@Override
		@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
		public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(String registration,
				@Nullable Authentication principal, HttpServletRequest request) {
			return (T) request.getAttribute(NAME);
		}

		@Override
		public void saveAuthorizedClient(OAuth2AuthorizedClient client, @Nullable Authentication principal,
				HttpServletRequest request, HttpServletResponse response) {
			request.setAttribute(NAME, client);
		}

		@Override
		public void removeAuthorizedClient(String registration, @Nullable Authentication principal,
				HttpServletRequest request, HttpServletResponse response) {
			request.removeAttribute(NAME);
		}

	}

}
