package dev.tallygate.security.caller;

import dev.tallygate.security.internal.InternalPort;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemWriter;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
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
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Stateless bearer authentication through {@link Introspection}, and who may call a
 * handler.
 */
@AutoConfiguration(after = IntrospectionAutoConfiguration.class,
		before = { ServletWebSecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(SecurityProperties.class)
class ResourceServerAutoConfiguration {

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
	WebMvcConfigurer callerAccessConfigurer() {
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(new AccessInterceptor()).addPathPatterns("/api/**");
			}

			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(new CallerArgumentResolver());
			}

		};
	}

}
