package dev.tallygate.console;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.tallygate.security.TestAuthorizationServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;

/**
 * Spring's authorization server as an OIDC issuer, running in the test's JVM, or by
 * {@link #main} as a process of its own. Everybody is signed in there as Ann.
 */
public final class Issuer implements AutoCloseable {

	static final String CLIENT = "tallygate";

	private static final String SECRET = "-Client.Secret-7Qm2Zr9Wk4Lx1Tb6";

	/** Each client has its name before it. */
	static final String CLIENT_SECRET = CLIENT + SECRET;

	/** Where the console says that browsers find it. */
	static final String REDIRECT = "http://console.example/login/oauth2/code/oidc";

	/** A client that is no console: its tokens are opaque, as a provider's are. */
	static final String OTHER_CLIENT = "models";

	private static final String REDIRECTS = "redirects";

	private final TestAuthorizationServer server;

	private Issuer(TestAuthorizationServer server) {
		this.server = server;
	}

	/**
	 * Starts it.
	 * @param tokenLife of access tokens; Spring's ID tokens live for 30 minutes
	 */
	static Issuer start(Duration tokenLife) {
		return new Issuer(TestAuthorizationServer.start(Config.class, tokenLife));
	}

	/**
	 * Runs as a process of its own, on {@code localhost}, until it is ended. A line of
	 * its input, {@code logout SUBJECT ADDRESS}, tells a client over the back channel
	 * that somebody signed out; it answers with the status of that.
	 * @param arguments the port, for how many seconds an access token is good, and where
	 * people may be sent back to
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException {
		System.setProperty(REDIRECTS, String.join(",", List.of(arguments).subList(2, arguments.length)));
		int port = Integer.parseInt(arguments[0]);
		Issuer issuer = new Issuer(
				TestAuthorizationServer.start(Config.class, Duration.ofSeconds(Long.parseLong(arguments[1])), port));
		BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		for (String line = lines.readLine(); line != null; line = lines.readLine()) {
			String[] words = line.split(" ", 3);
			String token = issuer.logoutToken("http://localhost:" + port, words[1], true);
			System.out.println(HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create(words[2]))
					.header("Content-Type", "application/x-www-form-urlencoded")
					.POST(HttpRequest.BodyPublishers.ofString("logout_token=" + token))
					.build(), HttpResponse.BodyHandlers.discarding())
				.statusCode());
		}
		issuer.close();
	}

	String url() {
		return this.server.url();
	}

	/** Whether it signed this token. */
	boolean signed(String token) {
		try {
			this.server.bean(JwtDecoder.class).decode(token);
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/** What Ann's browser is sent back with when she agrees. */
	String agree(String authorizationUrl) {
		try {
			HttpResponse<String> answer = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create(authorizationUrl)).header("Accept", "text/html").build(),
						HttpResponse.BodyHandlers.ofString());
			return answer.headers()
				.firstValue("Location")
				.orElseThrow(() -> new AssertionError("no way back: " + answer.statusCode() + answer.body()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Ann is no more known here: nothing is refreshed. */
	void forgetEverybody() {
		((Forgetful) this.server.bean(OAuth2AuthorizationService.class)).forget();
	}

	/** What it sends over the back channel when Ann signs out here. */
	String logoutToken(String subject, boolean genuine) {
		return logoutToken(url(), subject, genuine);
	}

	private String logoutToken(String issuer, String subject, boolean genuine) {
		RSAKey key = genuine ? this.server.bean(RSAKey.class) : newKey();
		Instant now = Instant.now();
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.issuer(issuer)
			.subject(subject)
			.audience(List.of(CLIENT))
			.issuedAt(now)
			.expiresAt(now.plusSeconds(60))
			.id(UUID.randomUUID().toString())
			.claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()))
			.build();
		return new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(key)))
			.encode(JwtEncoderParameters
				.from(JwsHeader.with(SignatureAlgorithm.RS256).type("logout+jwt").keyId("one").build(), claims))
			.getTokenValue();
	}

	private static RSAKey newKey() {
		try {
			return new RSAKeyGenerator(2048).keyID("one").generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.server.close();
	}

	/** Registered by hand, so that the scan of the console does not find it. */
	@EnableWebSecurity
	static class Config {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.oauth2AuthorizationServer((server) -> server.oidc(Customizer.withDefaults()))
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.csrf(AbstractHttpConfigurer::disable)
				.addFilterAfter(TestAuthorizationServer.ann(), SecurityContextHolderFilter.class)
				.build();
		}

		@Bean
		RSAKey key() {
			return newKey();
		}

		@Bean
		JWKSource<SecurityContext> keys(RSAKey key) {
			return new ImmutableJWKSet<>(new JWKSet(key));
		}

		@Bean
		JwtDecoder decoder(JWKSource<SecurityContext> keys) {
			return NimbusJwtDecoder.withJwkSource(keys).build();
		}

		@Bean
		OAuth2TokenCustomizer<JwtEncodingContext> claims() {
			return (token) -> token.getClaims()
				.claim("name", "Ann")
				.claim("groups", List.of("staff"))
				.claim("department", "search");
		}

		@Bean
		RegisteredClientRepository clients(Environment environment) {
			Duration life = TestAuthorizationServer.tokenLife(environment);
			List<String> redirects = List.of(environment.getProperty(REDIRECTS, REDIRECT).split(",", -1));
			TokenSettings tokens = TokenSettings.builder()
				.accessTokenTimeToLive(life)
				.reuseRefreshTokens(false)
				.build();
			return new InMemoryRegisteredClientRepository(
					client(CLIENT, redirects, tokens).scope(OidcScopes.OPENID)
						.scope(OidcScopes.PROFILE)
						.scope(OidcScopes.EMAIL)
						.build(),
					client(OTHER_CLIENT, redirects,
							TokenSettings.withSettings(tokens.getSettings())
								.accessTokenFormat(OAuth2TokenFormat.REFERENCE)
								.build())
						.scope("models.use")
						.build());
		}

		private static RegisteredClient.Builder client(String name, List<String> redirects, TokenSettings tokens) {
			return RegisteredClient.withId(name)
				.clientId(name)
				.clientSecret("{noop}" + name + SECRET)
				.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
				.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
				.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
				.redirectUris((all) -> all.addAll(redirects))
				.clientSettings(
						ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(false).build())
				.tokenSettings(tokens);
		}

		@Bean
		OAuth2AuthorizationService authorizations() {
			return new Forgetful();
		}

		@Bean
		AuthorizationServerSettings settings() {
			return AuthorizationServerSettings.builder().build();
		}

	}

	/** Forgets all it has handed out. */
	private static final class Forgetful implements OAuth2AuthorizationService {

		private volatile OAuth2AuthorizationService kept = new InMemoryOAuth2AuthorizationService();

		void forget() {
			this.kept = new InMemoryOAuth2AuthorizationService();
		}

		@Override
		public void save(OAuth2Authorization authorization) {
			this.kept.save(authorization);
		}

		@Override
		public void remove(OAuth2Authorization authorization) {
			this.kept.remove(authorization);
		}

		@Override
		public @Nullable OAuth2Authorization findById(String id) {
			return this.kept.findById(id);
		}

		@Override
		public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
			return this.kept.findByToken(token, type);
		}

	}

}
