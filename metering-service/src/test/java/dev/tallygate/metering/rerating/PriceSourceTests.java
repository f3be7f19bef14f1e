package dev.tallygate.metering.rerating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.tallygate.security.problem.ProblemException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PriceSourceTests {

	private static final String ROW = """
			{"version":"v1","rows":[{"provider":"openai","model":"gpt-4o-mini","effectiveFrom":"1970-01-01T00:00:00Z",\
			"cells":[]}]}""";

	private final List<String> paths = new CopyOnWriteArrayList<>();

	private HttpServer gateway;

	private volatile int status = 200;

	@BeforeEach
	void start() throws Exception {
		this.gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.gateway.createContext("/", (exchange) -> {
			try (exchange) {
				this.paths.add(exchange.getRequestURI().getRawPath());
				byte[] answer = ROW.getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(this.status, answer.length);
				exchange.getResponseBody().write(answer);
			}
		});
		this.gateway.start();
	}

	@AfterEach
	void stop() {
		this.gateway.stop(0);
	}

	@ParameterizedTest
	@CsvSource({ "openai/gpt-4o-mini, /api/prices/openai/gpt-4o-mini",
			"openai:gpt-4o-mini, /api/prices/openai%3Agpt-4o-mini", "a b+c, /api/prices/a%20b%2Bc",
			"a%2Fb, /api/prices/a%252Fb" })
	void asksWithSlashesAsTheyAreForContainersRefuseThemEncoded(String model, String path) {
		new PriceSource(url()).of(model, "Bearer key", (bare) -> List.of());
		assertThat(this.paths).containsExactly(path);
	}

	@ParameterizedTest
	@ValueSource(strings = { "../../x", "openai/../x", "openai/./x", "openai//x", "/x", "x/", ".." })
	void asksForNoModelThatWouldBeAnotherPath(String model) {
		assertThatExceptionOfType(ProblemException.class)
			.isThrownBy(() -> new PriceSource(url()).of(model, "Bearer key", (bare) -> List.of()))
			.satisfies((refused) -> assertThat(refused.problem().code()).isEqualTo("model_not_found"));
		assertThat(this.paths).isEmpty();
	}

	@Test
	void namesAModelAsTheLedgerDoes() {
		PriceSource.Priced priced = new PriceSource(url()).of("openai/gpt-4o-mini", "Bearer key", (bare) -> List.of());
		assertThat(priced.provider()).isEqualTo("openai");
		assertThat(priced.model()).isEqualTo("gpt-4o-mini");
	}

	@ParameterizedTest
	@CsvSource({ "404, model_not_found", "400, model_not_found", "401, prices_unavailable", "500, prices_unavailable",
			"503, prices_unavailable" })
	void tellsAnUnknownModelFromAGatewayThatDoesNotAnswer(int answered, String code) {
		this.status = answered;
		assertThatExceptionOfType(ProblemException.class)
			.isThrownBy(() -> new PriceSource(url()).of("gpt-4o-mini", "Bearer key", (bare) -> List.of()))
			.satisfies((refused) -> assertThat(refused.problem().code()).isEqualTo(code));
	}

	/** People reach it elsewhere than services do, as in compose. */
	@Test
	void asksTheGatewayWhereItIsInside() {
		new ApplicationContextRunner().withBean(PriceSource.class)
			.withPropertyValues("tallygate.url=http://127.0.0.1:1", "tallygate.gateway.internal-url=" + url())
			.run((context) -> context.getBean(PriceSource.class).of("gpt-4o-mini", "Bearer key", (bare) -> List.of()));
		assertThat(this.paths).hasSize(1);
	}

	private URI url() {
		return URI.create("http://127.0.0.1:" + this.gateway.getAddress().getPort());
	}

}
