package dev.tallygate.budgets.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.budgets.BudgetDatabase;
import dev.tallygate.budgets.webhook.Webhook.Format;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * What the database keeps of the secrets of webhooks.
 */
class SecretSealingTests {

	private static final String ONE = "k1:8f3a61c0d95e274bb8e10c7fa24d6935710be2c4f68a9d037e5cb1482fd69a30";

	private static final String TWO = "k2:17c9e05ab3d2f84660917eadc35b28f4e96d01a87f3cb25498de6a07c1f3b582";

	private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

	private static final EmbeddedDatabase database = BudgetDatabase.create();

	private static final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

	private final Webhooks webhooks = new Webhooks(JdbcClient.create(jdbc));

	@BeforeEach
	void empty() {
		jdbc.update("DELETE FROM webhook");
	}

	@Test
	void theDatabaseHasNothingThatSigns() {
		SecretSeal seal = seal(ONE);
		SigningSecret secret = SigningSecret.create();
		UUID id = add(seal, secret);
		String dump = jdbc.queryForList("SELECT w::text FROM webhook AS w", String.class).toString();
		assertThat(dump).contains("sealed:1:k1:").doesNotContain("whsec_");
		for (String part : List.of(secret.text().substring(6, 16), secret.text().substring(20, 30))) {
			assertThat(dump).doesNotContain(part);
		}
		assertThat(found(id).signing(NOW, seal)).containsExactly(secret);
	}

	@Test
	void whatAnEarlierVersionLeftInClearIsSealedAtTheStart() {
		SigningSecret secret = SigningSecret.create();
		SigningSecret old = SigningSecret.create();
		UUID id = add(new SealedSecret(secret.text()), new SealedSecret(old.text()));
		SecretSeal seal = seal(ONE);
		assertThat(found(id).signing(NOW, seal)).as("not before it is sealed").isEmpty();
		start(seal);
		assertThat(
				jdbc.queryForList("SELECT secret FROM webhook UNION ALL SELECT old_secret FROM webhook", String.class))
			.hasSize(2)
			.allSatisfy((text) -> assertThat(text).startsWith("sealed:1:k1:"));
		assertThat(found(id).signing(NOW, seal)).containsExactly(secret, old);
		assertThat(found(id).signing(NOW.plus(Duration.ofDays(2)), seal)).containsExactly(secret);
	}

	@Test
	void twoKeysRotate() {
		SigningSecret secret = SigningSecret.create();
		UUID id = add(seal(ONE), secret);
		String before = found(id).secret().text();
		start(seal(ONE + "," + TWO));
		assertThat(found(id).secret().text()).as("appended, it seals nothing yet").isEqualTo(before);
		SecretSeal first = seal(TWO + "," + ONE);
		start(first);
		assertThat(found(id).secret().keyId()).isEqualTo("k2");
		assertThat(found(id).signing(NOW, first)).containsExactly(secret);
		SecretSeal alone = seal(TWO);
		start(alone);
		assertThat(found(id).signing(NOW, alone)).containsExactly(secret);
	}

	@Test
	void whatAnotherInstanceWritesMeanwhileIsSealedLater() {
		SecretSeal seal = seal(TWO + "," + ONE);
		SecretSealing sealing = start(seal);
		SigningSecret secret = SigningSecret.create();
		UUID id = add(seal(ONE), secret);
		sealing.run();
		assertThat(found(id).secret().keyId()).isEqualTo("k2");
		assertThat(found(id).signing(NOW, seal)).containsExactly(secret);
	}

	@Test
	void withoutTheKeyItDoesNotStartAndChangesNothing() {
		add(seal(ONE), SigningSecret.create());
		UUID clear = add(new SealedSecret(SigningSecret.create().text()), null);
		refuses(null, "TALLYGATE_WEBHOOKS_KEY is not set, and the secrets of 2 webhooks");
		refuses("", "TALLYGATE_WEBHOOKS_KEY is not set");
		refuses(TWO, "TALLYGATE_WEBHOOKS_KEY lacks the key 'k1'");
		refuses(TWO.replace("k2", "k1"), "TALLYGATE_WEBHOOKS_KEY has another key 'k1'");
		assertThat(found(clear).secret().keyId()).as("nothing is written before it is sure").isNull();
	}

	@Test
	void withoutAWebhookItStartsWithoutAKey() {
		SecretSeal none = seal(null);
		start(none).run();
		assertThatExceptionOfType(ProblemException.class)
			.isThrownBy(() -> none.seal(SigningSecret.create(), UUID.randomUUID()))
			.withMessage("webhook_key_missing");
	}

	@Test
	void aSecretOpensForItsOwnWebhookAlone() {
		SecretSeal seal = seal(ONE);
		UUID id = UuidV7.next();
		SealedSecret sealed = seal.seal(SigningSecret.create(), id);
		assertThat(seal.open(sealed, id)).isPresent();
		assertThat(seal.open(sealed, UuidV7.next())).isEmpty();
		assertThat(seal(TWO.replace("k2", "k1")).open(sealed, id)).isEmpty();
		assertThat(seal(ONE + "," + TWO).open(new SealedSecret(sealed.text().replace(":k1:", ":k2:")), id)).isEmpty();
		for (int end = 0; end < sealed.text().length(); end++) {
			assertThat(seal.open(new SealedSecret(sealed.text().substring(0, end)), id)).as("cut at " + end).isEmpty();
		}
		byte[] bytes = sealed.bytes();
		for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
			byte[] flipped = bytes.clone();
			flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
			assertThat(seal.open(SealedSecret.of("k1", flipped, new byte[0]), id)).as("bit " + bit).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "k1", "k1:8f3a61", "k1:0000000000000000000000000000000000000000000000000000000000000000",
			ONE + "," + ONE })
	void refusesABadKeyWithoutShowingIt(String configured) {
		assertThatExceptionOfType(UnusableSecretException.class).isThrownBy(() -> seal(configured))
			.withMessageContaining("TALLYGATE_WEBHOOKS_KEY")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("8f3a"));
	}

	@Test
	void noTextTellsASecret() {
		SigningSecret secret = SigningSecret.create();
		UUID id = add(seal(ONE), secret);
		assertThat(found(id).toString() + secret).doesNotContain(secret.text())
			.doesNotContain(secret.text().substring(6));
		add(new SealedSecret(secret.text()), null);
		assertThat(this.webhooks.all().toString()).doesNotContain(secret.text().substring(6));
	}

	private void refuses(@Nullable String keys, String words) {
		assertThatExceptionOfType(UnusableSecretException.class).isThrownBy(() -> start(seal(keys)))
			.withMessageContaining(words);
	}

	private SecretSealing start(SecretSeal seal) {
		return new SecretSealing(this.webhooks, seal, new DataSourceTransactionManager(database.dataSource()));
	}

	private Webhook found(UUID id) {
		Webhook webhook = this.webhooks.find(id);
		assertThat(webhook).isNotNull();
		return webhook;
	}

	private UUID add(SecretSeal seal, SigningSecret secret) {
		UUID id = UuidV7.next();
		add(id, seal.seal(secret, id), null);
		return id;
	}

	private UUID add(SealedSecret secret, @Nullable SealedSecret old) {
		UUID id = UuidV7.next();
		add(id, secret, old);
		return id;
	}

	private void add(UUID id, SealedSecret secret, @Nullable SealedSecret old) {
		this.webhooks.save(new Webhook(id, "https://hooks.example.com/x", "", Format.CLOUDEVENTS, List.of(), true, null,
				secret, old, (old != null) ? NOW.plus(Duration.ofDays(1)) : null, null, NOW));
	}

	private static SecretSeal seal(@Nullable String keys) {
		return new SecretSeal(new SealingProperties((keys != null) ? Secret.of(keys) : null));
	}

}
