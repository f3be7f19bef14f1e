package dev.tallygate.keys;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
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
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Spring's authorization server, running in the test's JVM. Everybody is signed in as
 * Ann, and agrees.
 */
final class AuthorizationServer implements AutoCloseable {

	static final String REDIRECT = "http://127.0.0.1:8084/connect/callback";

	static final String CLIENT_SECRET = "Client.Secret-7Qm2Zr9Wk4Lx1Tb6";

	private final Tomcat tomcat;

	private final AnnotationConfigWebApplicationContext context;

	private AuthorizationServer(Tomcat tomcat, AnnotationConfigWebApplicationContext context) {
		this.tomcat = tomcat;
		this.context = context;
	}

	static AuthorizationServer start(Duration accessTokenLife) {
		AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
		context.setServletContext(new MockServletContext());
		context.register(Config.class);
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("seconds", accessTokenLife.toSeconds())));
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
		return new AuthorizationServer(tomcat, context);
	}

	String url() {
		return "http://127.0.0.1:" + this.tomcat.getConnector().getLocalPort();
	}

	/** Whether this is a token that it has handed out and that still holds. */
	boolean isGood(String token) {
		OAuth2Authorization authorization = this.context.getBean(OAuth2AuthorizationService.class)
			.findByToken(token, null);
		return authorization != null && isActive(authorization, token);
	}

	private static boolean isActive(OAuth2Authorization authorization, String token) {
		OAuth2Authorization.@Nullable Token<?> found = authorization.getToken(token);
		return found != null && found.isActive();
	}

	/** Ann changes her mind. */
	void forget(String token) {
		OAuth2AuthorizationService authorizations = this.context.getBean(OAuth2AuthorizationService.class);
		OAuth2Authorization authorization = authorizations.findByToken(token, null);
		if (authorization == null) {
			throw new IllegalArgumentException("no such token");
		}
		authorizations.remove(authorization);
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

	/** Registered by hand, so that the scan of the service does not find it. */
	@EnableWebSecurity
	static class Config {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) {
			return http.oauth2AuthorizationServer(Customizer.withDefaults())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.csrf(AbstractHttpConfigurer::disable)
				.addFilterAfter(new Ann(), SecurityContextHolderFilter.class)
				.build();
		}

		@Bean
		RegisteredClientRepository clients(Environment environment) {
			Duration accessTokenLife = Duration.ofSeconds(environment.getRequiredProperty("seconds", Long.class));
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

	/** Signs everybody in who is to agree. */
	private static final class Ann extends OncePerRequestFilter {

		@Override
		protected boolean shouldNotFilter(HttpServletRequest request) {
			return !request.getRequestURI().endsWith("/authorize");
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			SecurityContext context = SecurityContextHolder.createEmptyContext();
			context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated("ann", null,
					List.of(new SimpleGrantedAuthority("ROLE_USER"))));
			SecurityContextHolder.setContext(context);
			chain.doFilter(request, response);
		}

	}

	/** Behind the filters, which answer everything. */
	private static final class Nothing extends HttpServlet {

		private static final long serialVersionUID = 1L;

	}

}
