package dev.tallygate.security.trace;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Traces to the collector that is configured; where none is, nothing is loaded and no
 * filter is in the way.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(TracingProperties.class)
class TracingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	Tracing tracing(TracingProperties properties, Environment environment) {
		URI endpoint = properties.endpoint();
		return (endpoint != null)
				? CollectedTracing.to(endpoint, properties,
						environment.getProperty("spring.application.name", "tallygate"), instance(environment))
				: Tracing.off();
	}

	@Bean
	FilterRegistrationBean<TracingFilter> tracingFilter(Tracing tracing) {
		FilterRegistrationBean<TracingFilter> filter = new FilterRegistrationBean<>(new TracingFilter(tracing));
		filter.setEnabled(!tracing.isOff());
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return filter;
	}

	private static String instance(Environment environment) {
		String instance = environment.getProperty("tallygate.instance");
		if (instance != null) {
			return instance;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown";
		}
	}

}
