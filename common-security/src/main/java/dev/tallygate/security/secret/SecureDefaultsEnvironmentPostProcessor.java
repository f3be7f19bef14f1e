package dev.tallygate.security.secret;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Defaults that every service shares and any may override: nothing of the inside is told
 * in an error or by an actuator, start-up failures are one line, threads are virtual, and
 * a root logger turned to TRACE still writes no key.
 */
class SecureDefaultsEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final Map<String, Object> DEFAULTS = Map.ofEntries(
			Map.entry("spring.threads.virtual.enabled", "true"), Map.entry("spring.main.keep-alive", "true"),
			Map.entry("spring.main.banner-mode", "off"), Map.entry("spring.web.error.include-message", "never"),
			Map.entry("spring.web.error.include-stacktrace", "never"),
			Map.entry("spring.web.error.include-binding-errors", "never"),
			// Nobody takes files, and a malformed one would look like a failure of ours.
			Map.entry("spring.servlet.multipart.enabled", "false"),
			Map.entry("management.endpoints.web.exposure.include", "health,prometheus,sbom"),
			Map.entry("management.endpoint.health.probes.enabled", "true"),
			Map.entry("management.endpoint.health.show-details", "never"),
			Map.entry("management.endpoint.env.show-values", "never"),
			Map.entry("management.endpoint.configprops.show-values", "never"),
			Map.entry("server.tomcat.connection-timeout", "10s"), Map.entry("server.server-header", ""),
			Map.entry("logging.level.org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter", "off"),
			// Below INFO these write headers, parameters and bodies, and with them keys.
			Map.entry("logging.level.org.apache.coyote", "info"), Map.entry("logging.level.org.apache.tomcat", "info"),
			Map.entry("logging.level.org.apache.hc", "info"),
			Map.entry("logging.level.jdk.internal.httpclient", "info"),
			Map.entry("logging.level.org.springframework.web.method", "info"),
			Map.entry("logging.level.org.springframework.web.servlet", "info"),
			Map.entry("logging.level.org.springframework.jdbc.core.StatementCreatorUtils", "info"));

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		environment.getPropertySources().addLast(new MapPropertySource("tallygateSecureDefaults", DEFAULTS));
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
