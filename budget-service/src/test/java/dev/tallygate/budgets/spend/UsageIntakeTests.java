package dev.tallygate.budgets.spend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.budgets.Fixture;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.Received;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class UsageIntakeTests {

	private final Fixture fixture = Fixture.shared();

	private final ApplicationContext context = this.fixture.service();

	private final TransactionTemplate transaction = new TransactionTemplate(
			this.context.getBean(PlatformTransactionManager.class));

	@Test
	void tellsHowManyEventsWereKnownAlready() {
		UserId user = Fixture.newUser();
		Received first = received(user, 1);
		Received second = received(user, 2);
		assertThat(handle(first, first)).as("twice in one batch").isEqualTo(1);
		assertThat(handle(first, second)).as("in an earlier batch").isEqualTo(1);
		assertThat(handle(first, second)).isEqualTo(2);
		assertThat(handle(received(user, 3))).isZero();
		assertThat(this.fixture.jdbc.queryForObject("SELECT spent_nanos FROM period_spend WHERE user_id = ?",
				Long.class, user.value()))
			.isEqualTo(21);
	}

	private static Received received(UserId user, long seq) {
		CloudEvent<?> call = Fixture.call(user, new NanoUsd(7), Credential.SYSTEM, Instant.now(), seq);
		return new Received(call, 0, seq, Instant.now());
	}

	private int handle(Received... events) {
		return Objects.requireNonNull(
				this.transaction.execute((status) -> this.context.getBean(UsageIntake.class).handle(List.of(events))));
	}

}
