package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.KeyUses;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.trace.Tracing;
import jakarta.servlet.DispatcherType;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

@Configuration(proxyBeanMethods = false)
class CompletionConfiguration {

	@Bean
	Wires wires() {
		return new Wires();
	}

	@Bean
	BodyReader bodyReader(CompletionProperties properties) {
		return new BodyReader(properties.maxBody().toBytes(), properties.bodyTimeout(),
				properties.maxBodies().toBytes(), properties.maxBodiesPerUser().toBytes());
	}

	@Bean
	FilterRegistrationBean<WireFilter> wireFilter(Introspection introspection, KeyUses uses, List<WireRoutes> rooms,
			Tracing tracing) {
		FilterRegistrationBean<WireFilter> filter = new FilterRegistrationBean<>(
				new WireFilter(uses.noting(introspection), rooms, !tracing.isOff()));
		filter.setUrlPatterns(WireFilter.PATTERNS);
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
		return filter;
	}

	@Bean
	FilterRegistrationBean<WireErrors> wireErrors() {
		FilterRegistrationBean<WireErrors> filter = new FilterRegistrationBean<>(new WireErrors());
		filter.setDispatcherTypes(DispatcherType.ERROR);
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
		return filter;
	}

	/** An encoded slash in a path is a slash: models are called provider/model. */
	@Bean
	HttpFirewall encodedSlashes() {
		StrictHttpFirewall firewall = new StrictHttpFirewall();
		firewall.setAllowUrlEncodedSlash(true);
		return firewall;
	}

	/** Nothing under our paths is ever told in HTML. */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> errorsInJson() {
		return (factory) -> factory.addContextCustomizers((context) -> {
			if (context.getParent() instanceof StandardHost host) {
				host.setErrorReportValveClass(ContainerErrors.class.getName());
			}
		});
	}

	/**
	 * Models are called provider/model, and OpenAI's own examples have
	 * {@code ?include[]=…} as it stands.
	 */
	static void addresses(Connector connector) {
		connector.setEncodedSolidusHandling(EncodedSolidusHandling.DECODE.getValue());
		connector.setProperty("relaxedQueryChars", "[]");
	}

	/** A chat client keeps its connection for thousands of calls. */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> longLivedConnections(CallersProperties properties) {
		return (factory) -> factory.addConnectorCustomizers((connector) -> {
			addresses(connector);
			if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
				http.setMaxKeepAliveRequests(-1);
				http.setTcpNoDelay(true);
			}
			if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
				protocol.setProcessorCache(-1);
				properties.bound(protocol);
				protocol.setMaxConnections(OpenFiles.ofThisProcess().callers(protocol.getMaxConnections()));
			}
		});
	}

}
