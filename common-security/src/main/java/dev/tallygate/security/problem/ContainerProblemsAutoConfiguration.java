package dev.tallygate.security.problem;

import org.apache.catalina.core.StandardHost;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * What Tomcat refuses by itself, for every service: those that answer pages, too.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ StandardHost.class, TomcatServletWebServerFactory.class })
class ContainerProblemsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "errorsInJson")
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> errorsInJson() {
		return (factory) -> factory.addContextCustomizers((context) -> {
			if (context.getParent() instanceof StandardHost host) {
				host.setErrorReportValveClass(ContainerProblems.class.getName());
			}
		});
	}

}
