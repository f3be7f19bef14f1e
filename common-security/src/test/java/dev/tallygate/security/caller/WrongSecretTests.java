package dev.tallygate.security.caller;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import dev.tallygate.security.secret.UnusableSecretException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class WrongSecretTests {

	private final FakeKeyService keys = FakeKeyService.start();

	@AfterEach
	void stop() {
		this.keys.close();
	}

	@Test
	void doesNotStartWithASecretThatKeyServiceDoesNotHave() throws Exception {
		AtomicReference<String> presented = new AtomicReference<>();
		this.keys.serve("/internal/providers", answering(401, presented));
		runner(this.keys.url().toString()).run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.isInstanceOf(UnusableSecretException.class)
			.hasMessage("TALLYGATE_SERVICE_SECRET_GATEWAY is not the one that key-service has for this service")
			.hasMessageNotContaining(FakeKeyService.SERVICE_SECRET));
		assertThat(presented.get()).startsWith("Basic ");
	}

	@Test
	void startsWhereKeyServiceKnowsItOrSaysNothing() throws Exception {
		this.keys.serve("/internal/providers", answering(200, new AtomicReference<>()));
		runner(this.keys.url().toString()).run((context) -> assertThat(context).hasNotFailed());
		runner("http://127.0.0.1:1").run((context) -> assertThat(context).hasNotFailed());
	}

	private static HttpHandler answering(int status, AtomicReference<String> presented) {
		return (exchange) -> {
			try (exchange) {
				presented.set(exchange.getRequestHeaders().getFirst("Authorization"));
				exchange.sendResponseHeaders(status, -1);
			}
		};
	}

	private static ApplicationContextRunner runner(String keyService) throws ClassNotFoundException {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(Class.forName("dev.tallygate.security.internal.ServiceAutoConfiguration"),
							IntrospectionAutoConfiguration.class))
			.withPropertyValues("tallygate.keys.internal-url=" + keyService, "tallygate.service.name=gateway",
					"tallygate.service.secret.gateway=" + FakeKeyService.SERVICE_SECRET);
	}

}
