package dev.tallygate.console.session;

import dev.tallygate.console.ConsoleProperties;
import dev.tallygate.console.services.ServiceClient;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import org.apache.catalina.session.StandardManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.session.HttpSessionEventPublisher;

/**
 * Sessions, cookies and headers of the pages.
 */
@Configuration(proxyBeanMethods = false)
class SessionSecurity {

	/** Nothing inline, nothing from elsewhere, nobody may frame it. */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

	/**
	 * The prefix with which a browser refuses a cookie set over plain HTTP or by a
	 * sibling host.
	 */
	private static final String HOST_PREFIX = "__Host-";

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	@Order(1)
	SecurityFilterChain management(HttpSecurity http) {
		// These answer on the management port alone, which is never published.
		return http.securityMatcher(EndpointRequest.toAnyEndpoint())
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.csrf((csrf) -> csrf.disable())
			.requestCache((cache) -> cache.disable())
			.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain pages(HttpSecurity http, ConsoleProperties properties, ServiceClient services, Clock clock,
			ObjectProvider<OidcSignIn> oidc, OpenSessions openSessions) {
		oidc.ifAvailable((issuer) -> issuer.configure(http, new SignInAttempts(cookie(properties, "tallygate-attempt"),
				properties.servedOverTls(), issuer::client)));
		// No request cache and the CSRF token in a cookie: a visitor who is not signed in
		// costs no session.
		return http
			.authorizeHttpRequests((requests) -> requests
				.requestMatchers("/sign-in", "/sign-in/issuer", "/sign-up", "/assets/**", "/webjars/**", "/error",
						"/favicon.ico", "/actuator/**")
				.permitAll()
				.requestMatchers("/admin/**")
				.hasRole("ADMIN")
				.anyRequest()
				.authenticated())
			.authenticationProvider(new ApiKeySignIn(new People(services, clock)))
			.formLogin((form) -> form.loginPage("/sign-in")
				.loginProcessingUrl("/sign-in")
				.usernameParameter("none")
				.passwordParameter("apiKey")
				.defaultSuccessUrl("/", true)
				.failureHandler(SessionSecurity::signInFailed))
			.sessionManagement((sessions) -> sessions.addSessionAuthenticationStrategy(openSessions))
			.logout((logout) -> logout.logoutUrl("/sign-out")
				.logoutSuccessUrl("/sign-in?reason=signed-out")
				.deleteCookies(sessionCookie(properties)))
			.exceptionHandling((exceptions) -> exceptions.authenticationEntryPoint(new SignInEntryPoint())
				.accessDeniedHandler(new Denied()))
			.requestCache((cache) -> cache.disable())
			.csrf((csrf) -> csrf.csrfTokenRepository(csrfTokens(properties)))
			.addFilterBefore(new SessionLifetimeFilter(properties.sessionLifetime(), clock), AuthorizationFilter.class)
			.headers(SessionSecurity::headers)
			.build();
	}

	@Bean
	OpenSessions openSessions(ConsoleProperties properties) {
		return new OpenSessions(properties.maxSessionsPerPerson());
	}

	/** Tells Spring Security of sessions that end by themselves. */
	@Bean
	HttpSessionEventPublisher sessionEvents() {
		return new HttpSessionEventPublisher();
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> sessions(ConsoleProperties properties,
			OpenSessions openSessions) {
		return (factory) -> {
			factory.getSettings().getSession().setTimeout(properties.sessionIdle());
			factory.getSettings().getSession().getCookie().setName(sessionCookie(properties));
			factory.getSettings().getSession().getCookie().setPath("/");
			factory.getSettings().getSession().getCookie().setSecure(properties.servedOverTls());
			factory.addContextCustomizers((context) -> {
				StandardManager sessions = new StandardManager();
				sessions.setMaxActiveSessions(properties.maxSessions());
				sessions.setPathname(null);
				context.setManager(sessions);
				openSessions.in(sessions);
			});
		};
	}

	private static void signInFailed(HttpServletRequest request, HttpServletResponse response,
			AuthenticationException reason) throws IOException {
		response.sendRedirect(SignInReason.page(reason, SignInReason.REJECTED));
	}

	private static String sessionCookie(ConsoleProperties properties) {
		return cookie(properties, "tallygate-session");
	}

	private static String cookie(ConsoleProperties properties, String name) {
		return properties.servedOverTls() ? HOST_PREFIX + name : name;
	}

	private static CookieCsrfTokenRepository csrfTokens(ConsoleProperties properties) {
		CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
		tokens.setCookieName(cookie(properties, "tallygate-csrf"));
		tokens.setCookiePath("/");
		tokens
			.setCookieCustomizer((cookie) -> cookie.httpOnly(true).secure(properties.servedOverTls()).sameSite("Lax"));
		return tokens;
	}

	private static void headers(HeadersConfigurer<HttpSecurity> headers) {
		headers.contentSecurityPolicy((csp) -> csp.policyDirectives(CONTENT_SECURITY_POLICY))
			.referrerPolicy((referrer) -> referrer.policy(ReferrerPolicy.NO_REFERRER))
			.permissionsPolicyHeader(
					(permissions) -> permissions.policy("camera=(), microphone=(), geolocation=(), payment=(), usb=()"))
			.crossOriginOpenerPolicy((opener) -> opener.policy(
					org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy.SAME_ORIGIN))
			.crossOriginResourcePolicy((resource) -> resource.policy(
					org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy.SAME_ORIGIN));
	}

	/**
	 * A form that is out of date is another thing than a page that is for others.
	 */
	private static final class Denied implements AccessDeniedHandler {

		@Override
		public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException reason)
				throws IOException, ServletException {
			if (reason instanceof CsrfException) {
				response.sendError(HttpServletResponse.SC_FORBIDDEN);
				return;
			}
			response.setStatus(HttpServletResponse.SC_FORBIDDEN);
			request.getRequestDispatcher("/not-for-you").forward(request, response);
		}

	}

	/**
	 * Sends people to the sign-in page, also those whose page only refreshes a part of
	 * itself.
	 */
	private static final class SignInEntryPoint extends LoginUrlAuthenticationEntryPoint {

		SignInEntryPoint() {
			super("/sign-in");
		}

		@Override
		public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException reason)
				throws IOException, ServletException {
			if (request.getHeader("HX-Request") != null) {
				response.setHeader("HX-Redirect", "/sign-in?reason=ended");
				response.setStatus(HttpStatus.UNAUTHORIZED.value());
				return;
			}
			if ("POST".equals(request.getMethod())) {
				// What was typed is not to be taken for saved.
				response.sendRedirect("/sign-in?reason=not-saved");
				return;
			}
			super.commence(request, response, reason);
		}

	}

}
