package dev.tallygate.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.trace.Tracing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceClientTests {

	private static final ServiceProperties GATEWAY = new ServiceProperties("gateway", null,
			Map.of("gateway", Secret.of("the-secret-of-the-gateway-0123456789")));

	private final ServiceCredentials credentials = new ServiceCredentials(GATEWAY);

	private final AtomicReference<Asked> asked = new AtomicReference<>();

	private final CountDownLatch ended = new CountDownLatch(1);

	private HttpServer server;

	private int status = 200;

	private String answer = "{\"number\":7,\"more\":true}";

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/internal/", this::serve);
		this.server.createContext("/internal/never", (exchange) -> await());
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.ended.countDown();
		this.server.stop(0);
	}

	@Test
	void showsItsSecretToKeyServiceAlone() throws IOException {
		keyService().get("/internal/providers");
		assertThat(sent().authorization()).isEqualTo(this.credentials.authorization());
		clients().budgetService(url(), Duration.ofSeconds(5), Duration.ofSeconds(20)).get("/internal/leases");
		assertThat(sent().authorization()).isEqualTo(this.credentials.authorizationAt("budget"));
	}

	@Test
	void sendsWhatItIsGivenAsJson() throws IOException {
		keyService().post("/internal/reveal", Map.of("provider", "openai"));
		assertThat(sent()).isEqualTo(new Asked("POST", "/internal/reveal", this.credentials.authorization(),
				"application/json", "{\"provider\":\"openai\"}"));
		keyService().postJson("/internal/audit", "{\"ä\":1}");
		assertThat(sent().body()).isEqualTo("{\"ä\":1}");
	}

	@Test
	void sendsFormsOfAnyCharacters() throws IOException {
		keyService().postForm("/internal/introspect", Map.of("token", "a&b=c ü"));
		assertThat(sent().type()).isEqualTo("application/x-www-form-urlencoded");
		assertThat(sent().body()).isEqualTo("token=a%26b%3Dc+%C3%BC");
	}

	@Test
	void readsWhatItKnowsOfAnAnswer() throws IOException {
		assertThat(keyService().get("/internal/number").read(Numbered.class)).isEqualTo(new Numbered(7));
	}

	@Test
	void tellsTheStatusOfWhatIsNoAnswer() throws IOException {
		this.status = 503;
		ServiceAnswer refused = keyService().get("/internal/number");
		assertThat(refused.isOk()).isFalse();
		assertThatThrownBy(() -> refused.read(Numbered.class)).isInstanceOf(UnansweredException.class)
			.hasMessage("key-service answered with status 503");
	}

	@Test
	void tellsTheCodeOfAProblemAndNoneOfAnythingElse() throws IOException {
		this.status = 404;
		this.answer = "{\"status\":404,\"code\":\"provider_key_missing\"}";
		assertThat(keyService().get("/internal/number").code()).isEqualTo("provider_key_missing");
		this.answer = "<html>";
		assertThat(keyService().get("/internal/number").code()).isEmpty();
		this.answer = "";
		assertThat(keyService().get("/internal/number").code()).isEmpty();
		this.answer = "[{\"code\":\"no\"}]";
		assertThat(keyService().get("/internal/number").code()).isEmpty();
	}

	@Test
	void quotesNothingOfAnAnswerThatCannotBeRead() throws IOException {
		this.answer = "{\"number\":\"hush-hush\"}";
		ServiceAnswer wrong = keyService().get("/internal/number");
		assertThatThrownBy(() -> wrong.read(Numbered.class)).isInstanceOf(UnansweredException.class)
			.hasMessageStartingWith("key-service answered something else")
			.hasMessageNotContaining("hush-hush")
			.hasNoCause();
	}

	@Test
	void waitsNoLongerThanItMay() {
		ServiceClient hasty = clients().keyService(url(), Duration.ofSeconds(5), Duration.ofMillis(100));
		assertThatThrownBy(() -> hasty.get("/internal/never")).isInstanceOf(UnansweredException.class)
			.hasMessageMatching("key-service could not be asked: Http(Connect)?TimeoutException");
	}

	@Test
	void staysInterrupted() {
		ServiceClient keyService = keyService();
		Thread.currentThread().interrupt();
		assertThatThrownBy(() -> keyService.get("/internal/never")).isInstanceOf(UnansweredException.class);
		assertThat(Thread.interrupted()).isTrue();
	}

	private ServiceClient keyService() {
		return clients().keyService(url(), Duration.ofSeconds(5), Duration.ofSeconds(20));
	}

	private ServiceClients clients() {
		return new ServiceClients(GATEWAY, this.credentials, null, Tracing.off());
	}

	/** As an operator may write it. */
	private URI url() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort() + "/");
	}

	private Asked sent() {
		Asked sent = this.asked.get();
		assertThat(sent).isNotNull();
		return sent;
	}

	private void serve(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.asked.set(new Asked(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
					exchange.getRequestHeaders().getFirst("Authorization"),
					exchange.getRequestHeaders().getFirst("Content-Type"),
					new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
			byte[] body = this.answer.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(this.status, (body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		}
	}

	private void await() {
		try {
			this.ended.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Asked(String method, String path, @Nullable String authorization, @Nullable String type,
			String body) {

	}

	private record Numbered(int number) {

	}

}
