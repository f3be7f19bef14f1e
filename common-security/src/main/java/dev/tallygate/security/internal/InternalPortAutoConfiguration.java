package dev.tallygate.security.internal;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The port for other services, and which of them may call what.
 */
@AutoConfiguration(after = ServiceAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(InternalPortProperties.class)
class InternalPortAutoConfiguration {

	private static final int BEFORE_SECURITY = Ordered.HIGHEST_PRECEDENCE + 100;

	@Bean
	@ConditionalOnProperty("tallygate.internal.port")
	InternalPort internalPort(InternalPortProperties properties, ObjectProvider<SslBundles> bundles) {
		return new InternalPort(properties, bundles.getIfAvailable());
	}

	@Bean
	@ConditionalOnProperty("tallygate.internal.port")
	FilterRegistrationBean<InternalPortFilter> internalPortFilter(InternalPort port, ServiceCredentials credentials,
			ObjectProvider<RemoteProofCheck> proofs, InternalPortProperties properties) {
		RemoteProofCheck source = proofs.getIfAvailable();
		ProofCheck remembered = (source != null) ? new RememberedProofs(source, properties.proofs().life(),
				properties.proofs().lifeUnasked(), System::nanoTime) : null;
		FilterRegistrationBean<InternalPortFilter> filter = new FilterRegistrationBean<>(
				new InternalPortFilter(port, credentials, remembered, properties.ssl().tls()));
		filter.setOrder(BEFORE_SECURITY);
		return filter;
	}

	/** Absent at key-service, which is the one that is asked. */
	@Bean
	@ConditionalOnProperty({ "tallygate.internal.port", "tallygate.keys.internal-url" })
	@Nullable RemoteProofCheck remoteProofCheck(@Value("${tallygate.keys.internal-url}") URI keysInternalUrl,
			ServiceCredentials credentials, ServiceClients clients, InternalPortProperties properties) {
		if (credentials.ofKeyService()) {
			return null;
		}
		return new RemoteProofCheck(clients.keyService(keysInternalUrl, properties.proofs().connectTimeout(),
				properties.proofs().requestTimeout()));
	}

	/** Without an internal port, too: what is under its path then answers nobody. */
	@Bean
	WebMvcConfigurer serviceAccessConfigurer() {
		ServiceAccess access = new ServiceAccess();
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(access).addPathPatterns("/internal/**");
			}

			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(access);
			}

		};
	}

}
