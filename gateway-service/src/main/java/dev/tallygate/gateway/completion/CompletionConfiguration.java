package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.KeyUses;
import dev.tallygate.gateway.http.CallersProperties;
import dev.tallygate.gateway.http.CallersProtocol;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.trace.Tracing;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
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

	/** What the container keeps for calls to come, of some 50 KiB each. */
	private static final int KEPT_PROCESSORS = 512;

	/** What the container takes by itself, in bytes. */
	private static final int WHOLE_ANSWER = 8 * 1024;

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
	OpenRequests openRequests() {
		return new OpenRequests();
	}

	@Bean
	FrontDoor frontDoor(Introspection introspection, KeyUses uses, OpenRequests open, List<WireRoutes> rooms) {
		return new FrontDoor(uses.noting(introspection), open, rooms);
	}

	@Bean
	FilterRegistrationBean<WireFilter> wireFilter(FrontDoor door, Tracing tracing) {
		FilterRegistrationBean<WireFilter> filter = new FilterRegistrationBean<>(
				new WireFilter(door, !tracing.isOff()));
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
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> longLivedConnections(CallersProperties properties,
			ObjectProvider<FrontDoor> door, Watch watch, Tracing tracing) {
		return (factory) -> {
			factory.setProtocol(CallersProtocol.class.getName());
			factory.addConnectorCustomizers((connector) -> {
				addresses(connector);
				if (connector.getProtocolHandler() instanceof CallersProtocol protocol) {
					protocol.setMaxKeepAliveRequests(-1);
					protocol.setTcpNoDelay(true);
					protocol.setProcessorCache(KEPT_PROCESSORS);
					properties.bound(protocol);
					if (properties.direct() && tracing.isOff()) {
						protocol.direct(door::getObject, watch);
					}
					protocol.setMaxConnections(OpenFiles.ofThisProcess().callers(protocol.getMaxConnections()));
				}
			});
		};
	}

	/**
	 * An answer of our own REST is small enough to be held until it is whole, so that its
	 * length is told and a fault in its middle has a status.
	 */
	@Bean
	FilterRegistrationBean<Filter> roomForWholeAnswers() {
		FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
			response.setBufferSize(WHOLE_ANSWER);
			chain.doFilter(request, response);
		});
		filter.setName("roomForWholeAnswers");
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
		return filter;
	}

}
