package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import dev.tallygate.budgets.Fixture.Answer;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.test.util.ReflectionTestUtils;
import tools.jackson.databind.JsonNode;

/**
 * Webhooks as a receiver sees them, which checks what it gets with the published library
 * of Standard Webhooks.
 */
class WebhookTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private final Fixture fixture = Fixture.shared();

	private final String admin = this.fixture.keys.admin();

	private final List<Message> messages = new CopyOnWriteArrayList<>();

	private final AtomicInteger status = new AtomicInteger(204);

	private final CountDownLatch released = new CountDownLatch(1);

	private HttpServer receiver;

	// Bytes are compared nowhere.
	@SuppressWarnings("ArrayRecordComponent")
	record Message(String path, Map<String, List<String>> headers, byte[] body) {

		String header(String name) {
			return HttpHeaders.of(this.headers, (key, value) -> true).firstValue(name).orElse("");
		}

		void verify(String secret) throws Exception {
			new Webhook(secret).verify(new String(this.body, StandardCharsets.UTF_8),
					HttpHeaders.of(this.headers, (key, value) -> true));
		}

	}

	@BeforeEach
	void listen() throws IOException {
		this.receiver = HttpServer.create(new InetSocketAddress("127.0.0.2", 0), 0);
		this.receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.receiver.createContext("/", (exchange) -> {
			String path = exchange.getRequestURI().getPath();
			this.messages.add(new Message(path, Map.copyOf(exchange.getRequestHeaders()),
					exchange.getRequestBody().readAllBytes()));
			if (path.equals("/slow")) {
				try {
					this.released.await(30, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			if (path.equals("/redirect")) {
				exchange.getResponseHeaders().add("Location", "/elsewhere");
			}
			exchange.sendResponseHeaders(path.equals("/redirect") ? 302 : this.status.get(), -1);
			exchange.close();
		});
		this.receiver.start();
	}

	@AfterEach
	void close() {
		this.released.countDown();
		this.fixture.get("/api/webhooks", this.admin)
			.body()
			.path("data")
			.forEach((each) -> this.fixture.exchange("DELETE", "/api/webhooks/" + each.path("id").stringValue(),
					this.admin, null));
		this.receiver.stop(0);
	}

	@Test
	void aReceiverWithTheStandardLibraryVerifiesWhatIsSent() throws Exception {
		JsonNode webhook = create("/hook", "\"types\":[\"budget.exceeded\"]");
		UserId user = exceed();
		Message message = awaitMessage("/hook");
		assertThatCode(() -> message.verify(webhook.path("secret").stringValue())).doesNotThrowAnyException();
		assertThat(message.header("webhook-id")).startsWith("msg_");
		assertThat(message.header("content-type")).startsWith("application/cloudevents+json");
		assertThat(EventCodec.decode(message.body()).data()).isEqualTo(this.fixture.alertsOf(user)
			.stream()
			.filter((alert) -> alert.id().toString().length() > 0
					&& alert instanceof dev.tallygate.events.BudgetAlert.Exceeded)
			.findFirst()
			.orElseThrow());
		await().atMost(SOON).until(() -> {
			JsonNode alerts = this.fixture.get("/api/users/me/alerts", this.fixture.keyOf(user)).body().path("data");
			for (JsonNode alert : alerts) {
				if (alert.path("deliveries").size() == 1) {
					return alert.path("deliveries").get(0).path("state").asString("").equals("delivered")
							&& alert.path("deliveries").get(0).path("status").asInt() == 204;
				}
			}
			return false;
		});
		assertThat(this.messages).hasSize(1);
	}

	@Test
	void whatFailsIsTriedAgainWithTheSameIdAndANewTimestamp() throws Exception {
		this.status.set(500);
		JsonNode webhook = create("/hook", "\"format\":\"slack\"");
		test(webhook);
		await().atMost(SOON).until(() -> this.messages.size() >= 2);
		this.status.set(200);
		await().atMost(SOON).until(() -> log(webhook).path("state").asString("").equals("delivered"));
		assertThat(this.messages.stream().map((each) -> each.header("webhook-id")).distinct()).hasSize(1);
		for (Message message : this.messages) {
			message.verify(webhook.path("secret").stringValue());
		}
		assertThat(new String(this.messages.getFirst().body(), StandardCharsets.UTF_8)).contains("\"text\"");
		assertThat(log(webhook).path("attempts").size()).isEqualTo(this.messages.size());
		String delivery = log(webhook).path("id").stringValue();
		for (String path : List.of(path(webhook), "/api/webhooks")) {
			int before = this.messages.size();
			assertThat(this.fixture.exchange("POST", path + "/deliveries/" + delivery + "/redeliver", this.admin, null)
				.status()).isEqualTo(202);
			await().atMost(SOON).until(() -> this.messages.size() == before + 1);
		}
		assertThat(
				this.fixture
					.exchange("POST",
							path(create("/hook", "\"description\":\"other\"")) + "/deliveries/" + delivery
									+ "/redeliver",
							this.admin, null)
					.status())
			.as("another webhook's")
			.isEqualTo(404);
	}

	@Test
	void bothSecretsAreGoodWhileReceiversChangeOver() throws Exception {
		JsonNode webhook = create("/hook", "\"description\":\"ops\"");
		Answer rotated = this.fixture.exchange("POST", path(webhook) + "/rotate-secret", this.admin, null);
		assertThat(rotated.status()).isEqualTo(200);
		test(webhook);
		Message message = awaitMessage("/hook");
		message.verify(webhook.path("secret").stringValue());
		message.verify(rotated.body().path("secret").stringValue());
		assertThat(message.header("webhook-signature")).matches("v1,[A-Za-z0-9+/]+=* v1,[A-Za-z0-9+/]+=*");
		assertThat(this.fixture.get(path(webhook), this.admin).body().path("secret").isNull()).isTrue();
	}

	@Test
	void aDumpOfTheDatabaseShowsNoSecret() throws Exception {
		JsonNode webhook = create("/hook", "\"description\":\"ops\"");
		Answer rotated = this.fixture.exchange("POST", path(webhook) + "/rotate-secret", this.admin, null);
		test(webhook);
		awaitMessage("/hook").verify(rotated.body().path("secret").stringValue());
		String dump = dump();
		assertThat(dump).contains(webhook.path("id").stringValue());
		for (JsonNode shown : List.of(webhook, rotated.body())) {
			String secret = shown.path("secret").stringValue().substring("whsec_".length());
			byte[] bytes = Base64.getDecoder().decode(secret);
			for (String form : List.of(secret.substring(0, 12), secret.substring(16, 28),
					HexFormat.of().formatHex(bytes, 0, 8),
					HexFormat.of().formatHex(secret.substring(0, 12).getBytes(StandardCharsets.UTF_8)))) {
				assertThat(dump).doesNotContain(form);
			}
		}
		assertThat(dump).doesNotContain("whsec_").doesNotContain(Fixture.WEBHOOK_KEY.substring(3, 19));
	}

	/** Every row of every table. */
	private String dump() {
		StringBuilder dump = new StringBuilder();
		for (String table : this.fixture.jdbc
			.queryForList("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'", String.class)) {
			this.fixture.jdbc.query("SELECT t::text FROM " + table + " AS t",
					(RowCallbackHandler) (row) -> dump.append(row.getString(1)).append('\n'));
		}
		return dump.toString();
	}

	@Test
	void aWebhookWhoseSecretDoesNotOpenIsDisabledAndRotatingItHelps() throws Exception {
		JsonNode webhook = create("/hook", "\"types\":[]");
		JsonNode other = create("/other", "\"types\":[]");
		this.fixture.jdbc.update(
				"UPDATE webhook SET secret = (SELECT secret FROM webhook WHERE id = ?::uuid) WHERE id = ?::uuid",
				other.path("id").stringValue(), webhook.path("id").stringValue());
		test(webhook);
		await().atMost(SOON)
			.until(() -> !this.fixture.get(path(webhook), this.admin).body().path("enabled").asBoolean(true));
		assertThat(this.fixture.get(path(webhook), this.admin).body().path("disabledReason").asString(""))
			.contains("Rotate");
		assertThat(this.messages).isEmpty();
		Answer rotated = this.fixture.exchange("POST", path(webhook) + "/rotate-secret", this.admin, null);
		this.fixture.exchange("PATCH", path(webhook), this.admin, "{\"enabled\":true}");
		test(webhook);
		awaitMessage("/hook").verify(rotated.body().path("secret").stringValue());
	}

	@Test
	void aSlowReceiverDelaysNobodyElse() {
		JsonNode slow = create("/slow", "\"enabled\":true");
		for (int i = 0; i < 20; i++) {
			test(slow);
		}
		await().atMost(SOON).until(() -> this.messages.stream().anyMatch((each) -> each.path().equals("/slow")));
		JsonNode quick = create("/quick", "\"enabled\":true");
		long start = System.nanoTime();
		test(quick);
		awaitMessage("/quick");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		assertThat(this.messages.stream().filter((each) -> each.path().equals("/slow")).count()).isLessThanOrEqualTo(4);
	}

	@Test
	void sendsWhatIsDueThoughNothingOldCanBeForgotten() {
		this.fixture.jdbc.execute("REVOKE DELETE ON webhook_delivery FROM " + this.fixture.role);
		try {
			ReflectionTestUtils.setField(this.fixture.service().getBean("webhookDispatcher"), "tidiedAt",
					Instant.EPOCH);
			test(create("/hook", "\"enabled\":true"));
			awaitMessage("/hook");
		}
		finally {
			this.fixture.jdbc.execute("GRANT DELETE ON webhook_delivery TO " + this.fixture.role);
		}
	}

	@Test
	void whatIsCountedWhileAWebhookIsDeletedStaysCounted() throws SQLException {
		JsonNode webhook = create("/hook", "\"types\":[\"budget.exceeded\"]");
		UserId user = Fixture.newUser();
		this.fixture.patchBudget(user, this.fixture.keyOf(user), "{\"monthlyBudgetCents\":1}");
		try (Connection other = this.fixture.database.dataSource().getConnection();
				PreparedStatement delete = other.prepareStatement("DELETE FROM webhook WHERE id = ?::uuid")) {
			other.setAutoCommit(false);
			delete.setString(1, webhook.path("id").stringValue());
			delete.executeUpdate();
			this.fixture.spend(user, 10_000_000, 1);
			await().atMost(SOON).until(() -> !this.fixture.jdbc.queryForList("""
					SELECT pid FROM pg_stat_activity
					 WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%webhook%'
					""").isEmpty());
			other.commit();
		}
		await().atMost(SOON).until(() -> this.fixture.alertsOf(user).size() == 4);
		assertThat(this.messages).isEmpty();
	}

	@Test
	void redirectsAreNotFollowed() {
		JsonNode webhook = create("/redirect", "\"enabled\":true");
		test(webhook);
		await().atMost(SOON).until(() -> log(webhook).path("attempts").size() >= 1);
		assertThat(log(webhook).path("attempts").get(0).path("status").asInt()).isEqualTo(302);
		assertThat(this.messages).noneMatch((each) -> each.path().equals("/elsewhere"));
	}

	@Test
	void oneThatIsGoneIsDisabledAndSaysSo() {
		this.status.set(410);
		JsonNode webhook = create("/hook", "\"enabled\":true");
		test(webhook);
		await().atMost(SOON)
			.until(() -> !this.fixture.get(path(webhook), this.admin).body().path("enabled").asBoolean(true));
		assertThat(this.fixture.get(path(webhook), this.admin).body().path("disabledReason").asString(""))
			.contains("410");
	}

	@Test
	void refusesWhatItShould() {
		assertThat(post("{\"url\":\"http://10.0.0.1/x\"}").field()).isEqualTo("url");
		assertThat(post("{\"url\":\"http://127.0.0.1:9083/x\"}").field()).isEqualTo("url");
		assertThat(post("{\"url\":\"https://93.184.215.14/x\",\"format\":\"xml\"}").field()).isEqualTo("format");
		assertThat(post("{\"url\":\"https://93.184.215.14/x\",\"types\":[\"no.such\"]}").field()).isEqualTo("types");
		assertThat(post("{\"url\":\"https://93.184.215.14/x\",\"colour\":1}").field()).isEqualTo("colour");
		assertThat(post("{}").field()).isEqualTo("url");
		assertThat(this.fixture.get("/api/webhooks", this.fixture.keyOf(Fixture.newUser())).status()).isEqualTo(403);
		assertThat(this.fixture.get("/api/webhooks/" + Fixture.newUser() + "/deliveries", this.admin).status())
			.isEqualTo(404);
	}

	@Test
	void listsThemPageByPage() {
		List<String> made = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			made.add(create("/hook", "\"description\":\"" + i + "\"").path("id").stringValue());
		}
		List<String> listed = new ArrayList<>();
		String cursor = "";
		do {
			JsonNode page = this.fixture.get("/api/webhooks?limit=2&cursor=" + cursor, this.admin).body();
			assertThat(page.path("data").size()).isBetween(1, 2);
			page.path("data").forEach((each) -> listed.add(each.path("id").stringValue()));
			cursor = page.path("nextCursor").asString("");
		}
		while (!cursor.isEmpty());
		assertThat(listed).containsSubsequence(made).doesNotHaveDuplicates();
		assertThat(this.fixture.get("/api/webhooks?limit=0", this.admin).field()).isEqualTo("limit");
		assertThat(this.fixture.get("/api/webhooks?cursor=x", this.admin).field()).isEqualTo("cursor");
		assertThat(this.fixture.get("/api/webhooks/" + UuidV7.next() + "/deliveries?limit=x", this.admin).status())
			.isEqualTo(404);
	}

	private Answer post(String body) {
		return this.fixture.exchange("POST", "/api/webhooks", this.admin, body);
	}

	private JsonNode create(String path, String more) {
		Answer created = post(
				"{\"url\":\"http://127.0.0.2:" + this.receiver.getAddress().getPort() + path + "\"," + more + "}");
		assertThat(created.status()).as(created.toString()).isEqualTo(201);
		return created.body();
	}

	private void test(JsonNode webhook) {
		assertThat(this.fixture.exchange("POST", path(webhook) + "/test", this.admin, null).status()).isEqualTo(202);
	}

	private JsonNode log(JsonNode webhook) {
		return this.fixture.get(path(webhook) + "/deliveries", this.admin).body().path("data").path(0);
	}

	private static String path(JsonNode webhook) {
		return "/api/webhooks/" + webhook.path("id").stringValue();
	}

	private Message awaitMessage(String path) {
		await().atMost(SOON).until(() -> this.messages.stream().anyMatch((each) -> each.path().equals(path)));
		return this.messages.stream().filter((each) -> each.path().equals(path)).findFirst().orElseThrow();
	}

	private UserId exceed() {
		UserId user = Fixture.newUser();
		this.fixture.patchBudget(user, this.fixture.keyOf(user), "{\"monthlyBudgetCents\":1}");
		this.fixture.spend(user, 10_000_000, 1);
		await().atMost(SOON).until(() -> this.fixture.alertsOf(user).size() == 4);
		return user;
	}

}
