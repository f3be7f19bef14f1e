package dev.tallygate.budgets.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tallygate.budgets.webhook.Webhook.Format;
import dev.tallygate.budgets.webhook.WebhookClient.Attempt;
import dev.tallygate.budgets.webhook.WebhookClient.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a delivery never goes, whatever names and receivers say. The receiver is at
 * 127.0.0.2, which the operator allows; 127.0.0.1 is the inside that must not be reached.
 */
class WebhookClientTests {

	private static final InetAddress ALLOWED = InetAddress.ofLiteral("127.0.0.2");

	private static final InetAddress INSIDE = InetAddress.ofLiteral("127.0.0.1");

	private final AtomicInteger outside = new AtomicInteger();

	private final AtomicInteger inside = new AtomicInteger();

	private HttpServer receiver;

	private HttpServer internal;

	@BeforeEach
	void listen() throws IOException {
		this.receiver = HttpServer.create(new InetSocketAddress(ALLOWED, 0), 0);
		this.internal = HttpServer.create(new InetSocketAddress(INSIDE, this.receiver.getAddress().getPort()), 0);
		this.receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.internal.createContext("/", (exchange) -> {
			this.inside.incrementAndGet();
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		this.receiver.createContext("/", (exchange) -> {
			this.outside.incrementAndGet();
			String path = exchange.getRequestURI().getPath();
			int status = path.startsWith("/3") ? Integer.parseInt(path.substring(1)) : 204;
			if (status != 204) {
				exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port() + "/secret");
			}
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		this.receiver.start();
		this.internal.start();
	}

	@AfterEach
	void close() {
		this.receiver.stop(0);
		this.internal.stop(0);
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void aRedirectIsNotFollowed(int status) throws IOException {
		Attempt attempt = send("http://127.0.0.2:" + port() + "/" + status, InetAddress::getAllByName);
		assertThat(attempt.status()).isEqualTo(status);
		assertThat(attempt.outcome()).isEqualTo("refused");
		assertThat(this.outside.get()).isEqualTo(1);
		assertThat(this.inside.get()).isZero();
	}

	@Test
	void aNameThatChangesItsAddressGainsNothing() throws IOException {
		AtomicInteger asked = new AtomicInteger();
		Names changing = (host) -> new InetAddress[] { (asked.getAndIncrement() % 2 == 0) ? ALLOWED : INSIDE };
		int rounds = 100;
		int delivered = 0;
		try (WebhookClient client = new WebhookClient(properties(), changing)) {
			for (int i = 0; i < rounds; i++) {
				Attempt attempt = send(client, "http://changing.example:" + port() + "/");
				delivered += attempt.isDelivered() ? 1 : 0;
				assertThat(attempt.outcome()).isIn("delivered", "private_address");
			}
		}
		assertThat(asked.get()).as("once an attempt: the address that is checked is the one that is used")
			.isEqualTo(rounds);
		assertThat(delivered).isEqualTo(rounds / 2);
		assertThat(this.inside.get()).isZero();
	}

	@Test
	void oneBadAddressOfANameSpoilsAll() throws IOException {
		Attempt attempt = send("http://both.example:" + port() + "/", (host) -> new InetAddress[] { ALLOWED, INSIDE });
		assertThat(attempt.outcome()).isEqualTo("private_address");
		assertThat(this.outside.get() + this.inside.get()).isZero();
	}

	private int port() {
		return this.receiver.getAddress().getPort();
	}

	private static Attempt send(String url, Names names) throws IOException {
		try (WebhookClient client = new WebhookClient(properties(), names)) {
			return send(client, url);
		}
	}

	private static Attempt send(WebhookClient client, String url) {
		Instant now = Instant.now();
		Webhook webhook = new Webhook(UUID.randomUUID(), url, "", Format.CLOUDEVENTS, List.of(), true, null,
				new SealedSecret(""), null, null, null, now);
		return client.send(webhook, List.of(SigningSecret.create()), "msg_1", new byte[] { '{', '}' }, now);
	}

	private static WebhookProperties properties() {
		Duration limit = Duration.ofSeconds(5);
		return new WebhookProperties(List.of("127.0.0.2/32"), 50, limit, limit, limit, List.of(limit), 4, 64, limit,
				limit, limit, limit, limit);
	}

}
