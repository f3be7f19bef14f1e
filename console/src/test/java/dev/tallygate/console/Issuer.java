package dev.tallygate.console;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
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
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Spring's authorization server as an OIDC issuer, running in the test's JVM. Everybody
 * is signed in there as Ann.
 */
final class Issuer implements AutoCloseable {

	static final String CLIENT = "tallygate";

	static final String CLIENT_SECRET = "Client.Secret-7Qm2Zr9Wk4Lx1Tb6";

	/** Where the console says that browsers find it. */
	static final String REDIRECT = "http://console.example/login/oauth2/code/oidc";

	private final Tomcat tomcat;

	private final AnnotationConfigWebApplicationContext context;

	private Issuer(Tomcat tomcat, AnnotationConfigWebApplicationContext context) {
		this.tomcat = tomcat;
		this.context = context;
	}

	/**
	 * Starts it.
	 * @param tokenLife of access tokens; Spring's ID tokens live for 30 minutes
	 */
	static Issuer start(Duration tokenLife) {
		AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
		context.setServletContext(new MockServletContext());
		context.register(Config.class);
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("seconds", tokenLife.toSeconds())));
		context.refresh();
		Tomcat tomcat = new Tomcat();
		tomcat.setPort(0);
		tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
		Context root = tomcat.addContext("", null);
		FilterDef filter = new FilterDef();
		filter.setFilterName("security");
		filter.setFilter(new DelegatingFilterProxy("springSecurityFilterChain", context));
		root.addFilterDef(filter);
		FilterMap all = new FilterMap();
		all.setFilterName("security");
		all.addURLPattern("/*");
		root.addFilterMap(all);
		Tomcat.addServlet(root, "none", new Nothing()).addMapping("/");
		try {
			tomcat.start();
			tomcat.getConnector();
		}
		catch (LifecycleException ex) {
			throw new IllegalStateException(ex);
		}
		return new Issuer(tomcat, context);
	}

	String url() {
		return "http://127.0.0.1:" + this.tomcat.getConnector().getLocalPort();
	}

	/** Whether it signed this token. */
	boolean signed(String token) {
		try {
			this.context.getBean(JwtDecoder.class).decode(token);
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
		((Forgetful) this.context.getBean(OAuth2AuthorizationService.class)).forget();
	}

	/** What it sends over the back channel when Ann signs out here. */
	String logoutToken(String subject, boolean genuine) {
		RSAKey key = genuine ? this.context.getBean(RSAKey.class) : newKey();
		Instant now = Instant.now();
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.issuer(url())
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
		try {
			this.tomcat.stop();
			this.tomcat.destroy();
		}
		catch (LifecycleException ex) {
			throw new IllegalStateException(ex);
		}
		this.context.close();
	}

	/** Registered by hand, so that the scan of the console does not find it. */
	@EnableWebSecurity
	static class Config {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.oauth2AuthorizationServer((server) -> server.oidc(Customizer.withDefaults()))
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.csrf(AbstractHttpConfigurer::disable)
				.addFilterAfter(new Ann(), SecurityContextHolderFilter.class)
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
			return (token) -> token.getClaims().claim("name", "Ann").claim("groups", List.of("staff"));
		}

		@Bean
		RegisteredClientRepository clients(Environment environment) {
			Duration life = Duration.ofSeconds(environment.getRequiredProperty("seconds", Long.class));
			return new InMemoryRegisteredClientRepository(RegisteredClient.withId("one")
				.clientId(CLIENT)
				.clientSecret("{noop}" + CLIENT_SECRET)
				.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
				.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
				.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
				.redirectUri(REDIRECT)
				.scope(OidcScopes.OPENID)
				.scope(OidcScopes.PROFILE)
				.scope(OidcScopes.EMAIL)
				.clientSettings(
						ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(false).build())
				.tokenSettings(TokenSettings.builder().accessTokenTimeToLive(life).reuseRefreshTokens(false).build())
				.build());
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

	/** Signs everybody in who is to agree. */
	private static final class Ann extends OncePerRequestFilter {

		@Override
		protected boolean shouldNotFilter(HttpServletRequest request) {
			return !request.getRequestURI().endsWith("/authorize");
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			org.springframework.security.core.context.SecurityContext context = SecurityContextHolder
				.createEmptyContext();
			context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated("ann", null,
					List.of(new SimpleGrantedAuthority("ROLE_USER"),
							FactorGrantedAuthority.fromAuthority(FactorGrantedAuthority.PASSWORD_AUTHORITY))));
			SecurityContextHolder.setContext(context);
			chain.doFilter(request, response);
		}

	}

	/** Behind the filters, which answer everything. */
	private static final class Nothing extends HttpServlet {

		private static final long serialVersionUID = 1L;

	}

}
