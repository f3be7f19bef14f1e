package dev.tallygate.gateway.completion.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.PauseProperties;
import dev.tallygate.security.secret.Secret;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * How long a provider is left alone that does not say how long.
 */
class PausesTests {

	private long nanos = -1_000;

	private final Pauses pauses = new Pauses(new PauseProperties(Duration.ofMillis(250), Duration.ofSeconds(1)),
			() -> this.nanos);

	private final ProviderAccess own = access();

	private final ProviderAccess other = access();

	@Test
	void growsWithEveryRefusalInARowUpToTheLongest() {
		assertThat(refused()).isEqualTo(Duration.ofMillis(250));
		assertThat(refused()).isEqualTo(Duration.ofMillis(500));
		assertThat(refused()).isEqualTo(Duration.ofSeconds(1));
		assertThat(refused()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void aCrowdThatIsRefusedTogetherIsOneRefusal() {
		long together = tick();
		for (int i = 0; i < 5; i++) {
			tick();
			assertThat(this.pauses.refused(this.own, "m", together)).isEqualTo(Duration.ofMillis(250));
		}
		assertThat(refused()).isEqualTo(Duration.ofMillis(500));
	}

	@Test
	void aSuccessEndsTheRowUnlessItIsOlder() {
		long before = tick();
		refused();
		this.pauses.taken(this.own, "m", before);
		assertThat(refused()).isEqualTo(Duration.ofMillis(500));
		this.pauses.taken(this.own, "m", tick());
		assertThat(refused()).isEqualTo(Duration.ofMillis(250));
	}

	@Test
	void everyKeyAndModelHasItsOwn() {
		refused();
		refused();
		assertThat(this.pauses.refused(this.own, "n", tick())).isEqualTo(Duration.ofMillis(250));
		assertThat(this.pauses.refused(this.other, "m", tick())).isEqualTo(Duration.ofMillis(250));
	}

	@Test
	void whatIsLongAgoIsForgotten() {
		refused();
		this.nanos += Duration.ofMinutes(3).toNanos();
		assertThat(refused()).isEqualTo(Duration.ofMillis(250));
	}

	@Test
	void nobodyWaitsForNothingOrForEver() {
		for (String[] times : new String[][] { { "PT0S", "PT1S" }, { "PT2S", "PT1S" }, { "PT1S", "PT61S" } }) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> new PauseProperties(Duration.parse(times[0]), Duration.parse(times[1])));
		}
	}

	private Duration refused() {
		long startedAt = tick();
		tick();
		return this.pauses.refused(this.own, "m", startedAt);
	}

	private long tick() {
		this.nanos += 1_000_000;
		return this.nanos;
	}

	private static ProviderAccess access() {
		return ProviderAccess.at(URI.create("https://provider.example/v1"), Credential.USER, Secret.of("sk-0123456789"),
				Dialect.OPENAI, UuidV7.next(), 1);
	}

}
