package dev.tallygate.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.events.KeyType;
import dev.tallygate.security.caller.ApiKeyFormat;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.json.JsonMapper;

class SecretTests {

	private final Secret secret = Secret.of("sk-hidden");

	@Test
	void cannotBePrintedSerialisedOrComparedCarelessly() {
		assertThat(this.secret).hasToString("[secret]").isNotEqualTo(Secret.of("sk-hidden"));
		assertThat(Serializable.class.isAssignableFrom(Secret.class)).isFalse();
		assertThatExceptionOfType(DatabindException.class)
			.isThrownBy(() -> new JsonMapper().writeValueAsString(Map.of("a", this.secret)))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("hidden"));
		assertThat(this.secret.matches(Secret.of("sk-hidden"))).isTrue();
		assertThat(this.secret.matches(Secret.of("sk-hiddeN"))).isFalse();
	}

	@Test
	void wipesWhatItLent() {
		byte[] lent = this.secret.use((bytes) -> bytes);
		assertThat(lent).containsOnly(0);
		assertThat(this.secret.<String>useText((text) -> text)).isEqualTo("sk-hidden");
	}

	@Test
	void isWellFormedOnlyWithItsCheckCharacters() {
		for (int i = 0; i < 200; i++) {
			String key = ApiKeyFormat.generate((i % 2 == 0) ? KeyType.DEV : KeyType.PROD);
			assertThat(key).matches("tg_(dev|prod)_[0-9A-Za-z]{46}");
			assertThat(ApiKeyFormat.isWellFormed(key)).isTrue();
			int at = key.indexOf('_', 3) + 1 + i % 46;
			char other = (key.charAt(at) == 'x') ? 'y' : 'x';
			assertThat(ApiKeyFormat.isWellFormed(key.substring(0, at) + other + key.substring(at + 1))).isFalse();
			assertThat(ApiKeyFormat.keyPrefix(key)).hasSize(12);
		}
	}

	@Test
	void readsSecretsFromFiles(@TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("key"), "k1:abc\n");
		StandardEnvironment environment = environment(Map.of("TALLYGATE_MASTER_KEY_FILE", file.toString(),
				"OPENAI_API_KEY_FILE", file.toString(), "TALLYGATE_SERVICE_SECRET_GATEWAY_FILE", file.toString(),
				"SPRING_DATASOURCE_PASSWORD_FILE", file.toString(), "OTHER_FILE", file.toString()));
		new SecretFileEnvironmentPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("TALLYGATE_MASTER_KEY")).isEqualTo("k1:abc");
		assertThat(environment.getProperty("OPENAI_API_KEY")).isEqualTo("k1:abc");
		assertThat(environment.getProperty("TALLYGATE_SERVICE_SECRET_GATEWAY")).isEqualTo("k1:abc");
		assertThat(environment.getProperty("SPRING_DATASOURCE_PASSWORD")).isEqualTo("k1:abc");
		assertThat(environment.getProperty("OTHER")).isNull();
	}

	@Test
	void refusesASecretGivenTwiceOrUnreadable(@TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("key"), "k1:abc");
		assertThatExceptionOfType(UnusableSecretException.class)
			.isThrownBy(() -> new SecretFileEnvironmentPostProcessor().postProcessEnvironment(
					environment(Map.of("A_API_KEY", "x", "A_API_KEY_FILE", file.toString())), new SpringApplication()))
			.withMessage("A_API_KEY and A_API_KEY_FILE are both set");
		assertThatExceptionOfType(UnusableSecretException.class)
			.isThrownBy(() -> new SecretFileEnvironmentPostProcessor().postProcessEnvironment(
					environment(Map.of("A_API_KEY_FILE", folder + "/absent")), new SpringApplication()))
			.withMessageContaining("A_API_KEY_FILE names a file that cannot be read");
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		return new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return new HashMap<>(variables);
			}

		};
	}

}
