package dev.tallygate.keys.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class GatewayModelsTests {

	private static final ApiKeyProperties PROPERTIES = new ApiKeyProperties(Duration.ZERO, Duration.ofDays(7), 200,
			Duration.ofMillis(500), Duration.ofSeconds(5));

	private HttpServer gateway;

	@BeforeEach
	void start() throws Exception {
		this.gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.gateway.createContext("/api/allowed-models", (exchange) -> {
			try (exchange) {
				byte[] answer = "{\"unknown\":[\"gpt-9\"]}".getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(200, answer.length);
				exchange.getResponseBody().write(answer);
			}
		});
		this.gateway.start();
	}

	@AfterEach
	void stop() {
		this.gateway.stop(0);
	}

	/** People reach it elsewhere than services do, as in compose. */
	@Test
	void asksTheGatewayWhereItIsInside() {
		new ApplicationContextRunner().withBean(GatewayModels.class)
			.withBean(ApiKeyProperties.class, () -> PROPERTIES)
			.withPropertyValues("tallygate.url=http://127.0.0.1:1", "tallygate.gateway.internal-url=" + url())
			.run((context) -> assertThat(context.getBean(GatewayModels.class).unknown(List.of("gpt-9"), "Bearer key"))
				.hasValueSatisfying((unknown) -> assertThat(unknown).containsExactly("gpt-9")));
	}

	@Test
	void knowsNothingOfAGatewayThatIsAway() {
		GatewayModels models = new GatewayModels(URI.create(url()), PROPERTIES);
		this.gateway.stop(0);
		assertThat(models.unknown(List.of("gpt-9"), "Bearer key")).isEmpty();
	}

	/** An operator's key may be of any characters. */
	@Test
	void asksWithNoHeaderThatIsNone() {
		assertThat(new GatewayModels(URI.create(url()), PROPERTIES).unknown(List.of("gpt-9"), "Bearer k\u00e9\n"))
			.isEmpty();
	}

	private String url() {
		return "http://127.0.0.1:" + this.gateway.getAddress().getPort();
	}

}
