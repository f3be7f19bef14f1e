package dev.tallygate.keys.providerkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.keys.audit.Actor;
import dev.tallygate.security.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RevealLimitsTests {

	private static final Actor GATEWAY = new Actor(null, null, "gateway", "192.0.2.1");

	private static final Actor ANOTHER = new Actor(null, null, "gateway", "192.0.2.2");

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final RevealLimits limits = new RevealLimits(new RevealProperties(1000, 2), this.meters);

	@Test
	void givesSoManyDifferentKeysToEachGateway() {
		List<UUID> keys = Stream.generate(UUID::randomUUID).limit(5).toList();
		assertThat(keys).filteredOn((key) -> this.limits.takeDistinct(GATEWAY, key)).hasSize(2);
		assertThat(keys).filteredOn((key) -> this.limits.takeDistinct(ANOTHER, key)).hasSize(2);
		assertThat(this.meters.get("tallygate.reveals.alarms").counter().count()).isEqualTo(6);
	}

	@Test
	void givesTheSameKeyAsOftenAsItIsAskedFor() {
		UUID key = UUID.randomUUID();
		assertThat(IntStream.range(0, 20)).allMatch((i) -> this.limits.takeDistinct(GATEWAY, key));
		assertThat(this.limits.takeDistinct(GATEWAY, UUID.randomUUID())).isTrue();
		assertThat(this.limits.takeDistinct(GATEWAY, UUID.randomUUID())).isFalse();
		assertThat(this.limits.takeDistinct(GATEWAY, key)).isTrue();
	}

	@Test
	void refusesAGatewayThatAsksTooOften() {
		RevealLimits few = new RevealLimits(new RevealProperties(1, 2), this.meters);
		assertThatThrownBy(() -> IntStream.range(0, 1000).forEach((i) -> few.take(GATEWAY)))
			.isInstanceOfSatisfying(ProblemException.class, (ex) -> assertThat(ex.problem().status()).isEqualTo(429));
		assertThat(this.meters.get("tallygate.reveals.limited").counter().count()).isEqualTo(1);
	}

}
