package dev.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.Wire;
import dev.tallygate.security.caller.ApiKeyFormat;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What becomes of calls and of what is kept when keys, users or key-service are gone.
 * Keys are cached for a second here.
 */
class KeyDeathTests {

	@TempDir
	static Path directory;

	static WholeGateway gateway;

	private final UserId user = new UserId(UuidV7.next());

	private final ApiKeyId key = new ApiKeyId(UuidV7.next());

	private final String token = ApiKeyFormat.generate(KeyType.DEV);

	@BeforeAll
	static void start() throws Exception {
		gateway = WholeGateway.start(directory,
				Map.of("tallygate.introspection.positive-ttl", "1s", "tallygate.keys.key-ttl", "1s"));
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@BeforeEach
	void member() {
		gateway.keyService.member(this.token, this.user, this.key);
	}

	@Test
	void aRunningStreamIsCutWithinFiveSecondsOfTheRevocationAndMetered() throws Exception {
		Wire running = gateway.stream(3000, 20, this.token);
		CompletableFuture<String> end = running.rest();

		gateway.keyService.tokens.remove(this.token);
		gateway.publish(Topics.KEYS, this.key.toString(), new ApiKeyEvent.Revoked(this.key, this.user, "default",
				"tg_dev_xxxxx", KeyType.DEV, Instant.now(), null, Instant.now(), 2));

		assertThat(end.get(5, TimeUnit.SECONDS)).contains("invalid_api_key").doesNotContain("[DONE]");
		assertIsMetered(running);
	}

	@Test
	void aStreamWhoseRevocationWasMissedIsCutWhenTheCachedKeyEnds() throws Exception {
		Wire running = gateway.stream(3000, 20, this.token);
		CompletableFuture<String> end = running.rest();

		gateway.keyService.tokens.remove(this.token);

		assertThat(end.get(6, TimeUnit.SECONDS)).contains("invalid_api_key").doesNotContain("[DONE]");
		assertIsMetered(running);
	}

	@Test
	void aStreamIsCutWithinFiveSecondsOfItsKeysExpiry() throws Exception {
		Instant expiry = Instant.now().plusSeconds(2);
		gateway.keyService.memberUntil(this.token, this.user, this.key, expiry);
		Wire running = gateway.stream(3000, 20, this.token);

		String end = running.rest().get(8, TimeUnit.SECONDS);

		assertThat(Instant.now()).isBetween(expiry.minusSeconds(1), expiry.plusSeconds(5));
		assertThat(end).contains("invalid_api_key").doesNotContain("[DONE]");
		assertIsMetered(running);
	}

	@Test
	void aStreamGoesOnWhileItsKeyCannotBeChecked() throws Exception {
		Wire running = gateway.stream(200, 20, this.token);
		try {
			gateway.keyService.down = true;
			assertThat(running.rest().get(20, TimeUnit.SECONDS)).contains("[DONE]");
		}
		finally {
			gateway.keyService.down = false;
		}
	}

	@Test
	void withoutKeyServiceKeysAreGoodUntilTheirCacheEnds() throws Exception {
		assertThat(chat().statusCode()).isEqualTo(200);
		try {
			gateway.keyService.down = true;
			assertThat(chat().statusCode()).as("within its time").isEqualTo(200);

			HttpResponse<String> refused = await().atMost(Duration.ofSeconds(5))
				.until(this::chat, (answer) -> answer.statusCode() != 200);

			assertThat(refused.statusCode()).isEqualTo(503);
			assertThat(refused.body()).contains("\"code\":\"key_service_unavailable\"");
			assertThat(refused.headers().firstValue("retry-after")).isPresent();
		}
		finally {
			gateway.keyService.down = false;
		}
		assertThat(chat().statusCode()).as("as soon as it is back").isEqualTo(200);
	}

	@Test
	void whatAUserHasSetGoesWithTheUser() throws Throwable {
		assertIsRemovedBy(() -> gateway.publish(Topics.USERS, this.user.toString(),
				new UserEvent.Deleted(this.user, Instant.now(), 2)));
	}

	@Test
	void aTombstoneIsEnoughToRemoveIt() throws Throwable {
		assertIsRemovedBy(() -> gateway.publish(Topics.USERS, this.user.toString(), (byte[]) null));
	}

	private void assertIsRemovedBy(ThrowingRunnable deletion) throws Throwable {
		gateway.post("/api/users/me/agents", "{\"name\":\"writer\",\"preferredModel\":\"openai:gpt-4o\"}", this.token);
		JdbcClient jdbc = gateway.context.getBean(JdbcClient.class);
		jdbc.sql("INSERT INTO settings VALUES (?, 'openai:gpt-4o', now())").param(this.user.value()).update();
		assertThat(rows(jdbc, "agent") + rows(jdbc, "settings")).isEqualTo(2);

		deletion.run();

		await().atMost(Duration.ofSeconds(5)).until(() -> rows(jdbc, "agent") + rows(jdbc, "settings") == 0);
	}

	private long rows(JdbcClient jdbc, String table) {
		return jdbc.sql("SELECT count(*) FROM " + table + " WHERE user_id = ?")
			.param(this.user.value())
			.query(Long.class)
			.single();
	}

	private HttpResponse<String> chat() throws Exception {
		return gateway.post("/v1/chat/completions", WholeGateway.ask("gpt-4o", "one", ""), this.token);
	}

	private static void assertIsMetered(Wire running) {
		UsageSettled settled = gateway.settledEvent(running.header("x-tallygate-call-id"));
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(settled.outputTokens()).isBetween(1L, 1000L);
		assertThat(settled.costNanos()).isNotNull();
	}

}
