package dev.tallygate.security;

import jakarta.servlet.Filter;
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
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A Tomcat in the test's JVM behind a Spring Security filter chain that the test
 * configures, as Spring's authorization server or an OIDC issuer. With {@link #ann()} in
 * that chain everybody is signed in there as Ann.
 */
public final class TestAuthorizationServer implements AutoCloseable {

	private static final String TOKEN_LIFE = "seconds";

	private final Tomcat tomcat;

	private final AnnotationConfigWebApplicationContext context;

	private TestAuthorizationServer(Tomcat tomcat, AnnotationConfigWebApplicationContext context) {
		this.tomcat = tomcat;
		this.context = context;
	}

	/**
	 * Starts one.
	 * @param configuration has the filter chain; its beans find {@link #tokenLife}
	 * @param tokenLife how long an access token is good
	 */
	public static TestAuthorizationServer start(Class<?> configuration, Duration tokenLife) {
		return start(configuration, tokenLife, 0);
	}

	/**
	 * Starts one.
	 * @param configuration has the filter chain; its beans find {@link #tokenLife}
	 * @param tokenLife how long an access token is good
	 * @param port where; 0 for any that is free
	 */
	public static TestAuthorizationServer start(Class<?> configuration, Duration tokenLife, int port) {
		AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
		context.setServletContext(new MockServletContext());
		context.register(configuration);
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of(TOKEN_LIFE, tokenLife.toSeconds())));
		context.refresh();
		Tomcat tomcat = new Tomcat();
		tomcat.setPort(port);
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
		return new TestAuthorizationServer(tomcat, context);
	}

	/**
	 * What {@link #start} was told, for the beans of its configuration.
	 */
	public static Duration tokenLife(Environment environment) {
		return Duration.ofSeconds(environment.getRequiredProperty(TOKEN_LIFE, Long.class));
	}

	/**
	 * Signs everybody in as Ann who is to agree.
	 */
	public static Filter ann() {
		return new Ann();
	}

	/**
	 * Where it is.
	 */
	public String url() {
		return "http://127.0.0.1:" + this.tomcat.getConnector().getLocalPort();
	}

	/**
	 * One of its beans.
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
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
