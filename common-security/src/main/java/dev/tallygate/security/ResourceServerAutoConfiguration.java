package dev.tallygate.security;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Stateless bearer authentication through {@link Introspection}, and the internal port.
 */
@AutoConfiguration(after = IntrospectionAutoConfiguration.class,
		before = { ServletWebSecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties({ InternalPortProperties.class, SecurityProperties.class })
class ResourceServerAutoConfiguration {

	private static final int BEFORE_SECURITY = Ordered.HIGHEST_PRECEDENCE + 100;

	@Bean
	@ConditionalOnBean(Introspection.class)
	@ConditionalOnMissingBean(SecurityFilterChain.class)
	SecurityFilterChain bearerChain(HttpSecurity http, Introspection introspection, SecurityProperties properties,
			ObjectProvider<InternalPort> internal) {
		http.securityMatcher(guarded(properties, internal))
			.csrf(AbstractHttpConfigurer::disable)
			.formLogin(AbstractHttpConfigurer::disable)
			.httpBasic(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.headers((headers) -> headers.cacheControl((cache) -> cache.disable())
				.addHeaderWriter(new StaticHeadersWriter("Cache-Control", "no-store")))
			.exceptionHandling((errors) -> errors.authenticationEntryPoint(new BearerFilter.EntryPoint())
				.accessDeniedHandler((request, response, ex) -> ProblemWriter.write(Problem.FORBIDDEN, response)))
			.addFilterBefore(new BearerFilter(introspection), AnonymousAuthenticationFilter.class)
			.authorizeHttpRequests((paths) -> paths
				.requestMatchers("/v3/api-docs", "/v3/api-docs/**", "/v3/api-docs.yaml", "/error", "/actuator/**")
				.permitAll()
				.requestMatchers(properties.openPaths().toArray(String[]::new))
				.permitAll()
				.anyRequest()
				.authenticated());
		return http.build();
	}

	private static RequestMatcher guarded(SecurityProperties properties, ObjectProvider<InternalPort> internal) {
		InternalPort port = internal.getIfAvailable();
		RequestMatcher left = (request) -> port != null && request.getLocalPort() == port.number();
		for (String pattern : properties.ignoredPaths()) {
			left = new OrRequestMatcher(left, PathPatternRequestMatcher.withDefaults().matcher(pattern));
		}
		return new NegatedRequestMatcher(left);
	}

	@Bean
	@ConditionalOnProperty("tallygate.internal.port")
	InternalPort internalPort(InternalPortProperties properties, ObjectProvider<SslBundles> bundles) {
		return new InternalPort(properties, bundles.getIfAvailable());
	}

	@Bean
	@ConditionalOnProperty("tallygate.internal.port")
	FilterRegistrationBean<InternalPortFilter> internalPortFilter(InternalPort port, ServiceCredentials credentials,
			InternalPortProperties properties) {
		FilterRegistrationBean<InternalPortFilter> filter = new FilterRegistrationBean<>(
				new InternalPortFilter(port, credentials, properties.ssl().tls()));
		filter.setOrder(BEFORE_SECURITY);
		return filter;
	}

}
