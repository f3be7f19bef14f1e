package dev.tallygate.keys;

import dev.tallygate.security.TestAuthorizationServer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;

/**
 * Spring's authorization server, running in the test's JVM. Everybody is signed in as
 * Ann, and agrees.
 */
final class AuthorizationServer implements AutoCloseable {

	static final String REDIRECT = "http://127.0.0.1:8084/connect/callback";

	static final String CLIENT_SECRET = "Client.Secret-7Qm2Zr9Wk4Lx1Tb6";

	private final TestAuthorizationServer server;

	private AuthorizationServer(TestAuthorizationServer server) {
		this.server = server;
	}

	static AuthorizationServer start(Duration accessTokenLife) {
		return new AuthorizationServer(TestAuthorizationServer.start(Config.class, accessTokenLife));
	}

	String url() {
		return this.server.url();
	}

	/** Whether this is a token that it has handed out and that still holds. */
	boolean isGood(String token) {
		OAuth2Authorization authorization = this.server.bean(OAuth2AuthorizationService.class).findByToken(token, null);
		return authorization != null && isActive(authorization, token);
	}

	private static boolean isActive(OAuth2Authorization authorization, String token) {
		OAuth2Authorization.@Nullable Token<?> found = authorization.getToken(token);
		return found != null && found.isActive();
	}

	/** Ann changes her mind. */
	void forget(String token) {
		OAuth2AuthorizationService authorizations = this.server.bean(OAuth2AuthorizationService.class);
		OAuth2Authorization authorization = authorizations.findByToken(token, null);
		if (authorization == null) {
			throw new IllegalArgumentException("no such token");
		}
		authorizations.remove(authorization);
	}

	@Override
	public void close() {
		this.server.close();
	}

	/** Registered by hand, so that the scan of the service does not find it. */
	@EnableWebSecurity
	static class Config {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.oauth2AuthorizationServer(Customizer.withDefaults())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.csrf(AbstractHttpConfigurer::disable)
				.addFilterAfter(TestAuthorizationServer.ann(), SecurityContextHolderFilter.class)
				.build();
		}

		@Bean
		RegisteredClientRepository clients(Environment environment) {
			Duration accessTokenLife = TestAuthorizationServer.tokenLife(environment);
			return new InMemoryRegisteredClientRepository(RegisteredClient.withId("one")
				.clientId("tallygate")
				.clientSecret("{noop}" + CLIENT_SECRET)
				.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
				.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
				.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
				.redirectUri(REDIRECT)
				.scope("models.use")
				.clientSettings(
						ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(false).build())
				.tokenSettings(TokenSettings.builder()
					.accessTokenTimeToLive(accessTokenLife)
					.accessTokenFormat(OAuth2TokenFormat.REFERENCE)
					.reuseRefreshTokens(false)
					.build())
				.build());
		}

		@Bean
		OAuth2AuthorizationService authorizations() {
			return new InMemoryOAuth2AuthorizationService();
		}

		@Bean
		AuthorizationServerSettings settings() {
			return AuthorizationServerSettings.builder().build();
		}

	}

}
