package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.admission.OpenCallsController.OpenCalls;
import dev.tallygate.gateway.admission.OpenCallsTeller.Elsewhere;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What one gateway says of the calls that are open at all of them.
 */
class OpenCallsTellerTests {

	/** A nano-USD a token. */
	private static final CallPrice PRICE = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 1_000_000, Instant.EPOCH));

	private final UserId user = new UserId(UuidV7.next());

	private final Admission admission = new Admission("/gateway/test/1",
			new AdmissionProperties(512, Duration.ZERO, Duration.ofSeconds(30), Duration.ofHours(2), Path.of("unused"),
					Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 1024, Duration.ofMillis(20)),
			Clock.systemUTC());

	private final Desk desk = new Desk();

	private final OpenCallsTeller teller = new OpenCallsTeller(this.admission, new Registered(), this.desk,
			Clock.systemUTC());

	private final Caller caller = new Caller(this.user, null, null, Role.MEMBER, null, null);

	private final OpenCallsController controller = new OpenCallsController(this.admission, this.teller,
			new KnownUsers(this.admission, () -> true));

	@AfterEach
	void stop() {
		this.teller.stop();
	}

	@Test
	void addsWhatOthersHold() {
		this.desk.others = 2;
		this.desk.elsewhere = new Elsewhere(1, 1, 3, new NanoUsd(70));
		Reservation open = admit(30);
		this.teller.start();
		await().untilAsserted(() -> assertThat(this.desk.told).containsOnly(Map.entry(this.user, held(1, 30))));
		OpenCalls all = this.controller.get(this.user, this.caller);
		assertThat(all.openCalls()).isEqualTo(4);
		assertThat(all.heldNanos()).isEqualTo(new NanoUsd(100));
		assertThat(all.gateways()).isEqualTo(2);
		assertThat(all.silentGateways()).isOne();
		open.release();
		await().untilAsserted(() -> assertThat(this.desk.told).isEmpty());
	}

	@Test
	void withBudgetServiceAwayItSaysWhomItDoesNotKnowOf() {
		this.desk.others = 2;
		Reservation open = admit(30);
		this.teller.start();
		await().until(() -> !this.desk.told.isEmpty());
		this.desk.away = true;
		OpenCalls own = this.controller.get(this.user, this.caller);
		assertThat(own.openCalls()).isOne();
		assertThat(own.gateways()).isOne();
		assertThat(own.silentGateways()).isEqualTo(2);
		open.release();
	}

	@Test
	void aloneItNeitherTellsNorAsks() {
		this.desk.away = false;
		admit(30);
		this.teller.start();
		await().until(() -> this.desk.requests > 0);
		assertThat(this.desk.told).isEmpty();
		OpenCalls own = this.controller.get(this.user, this.caller);
		assertThat(own.heldNanos()).isEqualTo(new NanoUsd(30));
		assertThat(own.silentGateways()).isZero();
		assertThat(this.desk.asked).isFalse();
	}

	private Reservation admit(long need) {
		AdmissionOutcome outcome = this.admission
			.admit(new Wish(this.user, null, "p", "m", PRICE, Credential.USER, 0, need, 1, false, Instant.now()));
		return ((Admitted) outcome).reservation();
	}

	private static Held held(int calls, long nanos) {
		return new Held(calls, new NanoUsd(nanos));
	}

	private static final class Registered implements Lender {

		@Override
		public long session() {
			return 7;
		}

		@Override
		public boolean isAway() {
			return false;
		}

		@Override
		public void asks(Account account) {
		}

	}

	/** Budget-service. */
	private static final class Desk implements LeaseDesk {

		private volatile int others;

		private volatile Elsewhere elsewhere = Elsewhere.NOWHERE;

		private volatile Map<UserId, Held> told = Map.of();

		private volatile int requests;

		private volatile boolean asked;

		private volatile boolean away;

		@Override
		public long register() {
			return 7;
		}

		@Override
		public List<@Nullable BudgetStatus> ask(long session, List<Ask> asks) throws IOException {
			throw new IOException("nobody borrows here");
		}

		@Override
		public int tellOpen(long session, Map<UserId, Held> open) throws IOException {
			requireThere();
			this.told = open;
			this.requests = 1;
			return this.others;
		}

		@Override
		public Elsewhere openElsewhere(long session, UserId user) throws IOException {
			requireThere();
			this.asked = true;
			return this.elsewhere;
		}

		private void requireThere() throws IOException {
			if (this.away) {
				throw new IOException("away");
			}
		}

	}

}
