package dev.tallygate.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.security.internal.ProofCheck.Verdict;
import dev.tallygate.security.secret.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServiceProofTests {

	private static final Secret SECRET = Secret.of("the-secret-of-the-gateway-0123456789");

	private final ServiceCredentials keyService = new ServiceCredentials(new ServiceProperties("keys", null,
			Map.of("gateway", SECRET, "budget", Secret.of("the-secret-of-budget-service-0123456789"))));

	private final ServiceCredentials gateway = new ServiceCredentials(
			new ServiceProperties("gateway", null, Map.of("gateway", SECRET)));

	private Verdict answer = Verdict.RIGHT;

	private final AtomicInteger asked = new AtomicInteger();

	private final AtomicLong now = new AtomicLong();

	private final RememberedProofs remembered = new RememberedProofs((presented) -> {
		this.asked.incrementAndGet();
		return this.answer;
	}, Duration.ofMinutes(1), Duration.ofMinutes(15), this.now::get);

	@Test
	void isGoodAtOneServiceAlone() {
		PresentedCredential atBudget = presented(this.gateway.authorizationAt("budget"));
		assertThat(this.keyService.isProof("gateway", "budget", atBudget.secret())).isTrue();
		assertThat(this.keyService.isProof("gateway", "metering", atBudget.secret())).isFalse();
		assertThat(this.keyService.isProof("budget", "budget", atBudget.secret())).isFalse();
		assertThat(this.keyService.isProof("nobody", "budget", atBudget.secret())).isFalse();
	}

	@Test
	void isNoSecretAndTellsNone() {
		PresentedCredential atBudget = presented(this.gateway.authorizationAt("budget"));
		assertThat(this.keyService.authenticate(atBudget)).isEmpty();
		assertThat(this.keyService.authenticate(presented(this.gateway.authorization()))).contains("gateway");
		assertThat(this.keyService.isProof("gateway", "budget", SECRET)).isFalse();
		assertThat(ServiceProof.hasForm(atBudget.secret())).isTrue();
		assertThat(atBudget.toString()).contains("[secret]");
	}

	@Test
	void isAsItIsWritten() {
		// printf 'tallygate service proof 1\ngateway\nbudget' | openssl dgst -sha256
		// -hmac the-secret-of-the-gateway-0123456789 -binary | basenc --base64url
		Secret proof = ServiceProof.of(SECRET, "gateway", "budget");
		assertThat(proof.matches(Secret.of("mKErJZQ_xGmyjx91IhFnepaFBn4qjnZpgrDtSUOlAUQ"))).isTrue();
	}

	@Test
	void isAskedAboutOnceAMinute() {
		PresentedCredential right = right();
		assertThat(this.remembered.check(right)).isEqualTo(Verdict.RIGHT);
		this.now.addAndGet(Duration.ofSeconds(59).toNanos());
		assertThat(this.remembered.check(right)).isEqualTo(Verdict.RIGHT);
		assertThat(this.asked).hasValue(1);
		this.now.addAndGet(Duration.ofSeconds(2).toNanos());
		assertThat(this.remembered.check(right)).isEqualTo(Verdict.RIGHT);
		assertThat(this.asked).hasValue(2);
	}

	@Test
	void isGoodForAWhileWhileNobodyCanBeAsked() {
		PresentedCredential right = right();
		this.answer = Verdict.UNDECIDED;
		assertThat(this.remembered.check(right)).as("never seen").isEqualTo(Verdict.UNDECIDED);
		this.answer = Verdict.RIGHT;
		this.remembered.check(right);
		this.answer = Verdict.UNDECIDED;
		this.now.addAndGet(Duration.ofMinutes(14).toNanos());
		assertThat(this.remembered.check(right)).isEqualTo(Verdict.RIGHT);
		assertThat(this.remembered.check(other())).as("another one").isEqualTo(Verdict.UNDECIDED);
		this.now.addAndGet(Duration.ofMinutes(1).toNanos());
		assertThat(this.remembered.check(right)).isEqualTo(Verdict.UNDECIDED);
	}

	@Test
	void isForgottenOnceItIsWrong() {
		PresentedCredential right = right();
		this.remembered.check(right);
		this.answer = Verdict.WRONG;
		assertThat(this.remembered.check(other())).isEqualTo(Verdict.WRONG);
		assertThat(this.remembered.check(right)).as("not by another's mistake").isEqualTo(Verdict.RIGHT);
		this.now.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(this.remembered.check(right)).isEqualTo(Verdict.WRONG);
		this.answer = Verdict.UNDECIDED;
		assertThat(this.remembered.check(right)).isEqualTo(Verdict.UNDECIDED);
	}

	@Test
	void isNotAskedAboutWithoutItsForm() {
		assertThat(this.remembered.check(new PresentedCredential("gateway", SECRET))).isEqualTo(Verdict.WRONG);
		assertThat(this.asked).hasValue(0);
	}

	private PresentedCredential right() {
		return presented(this.gateway.authorizationAt("budget"));
	}

	private PresentedCredential other() {
		return presented(this.gateway.authorizationAt("metering"));
	}

	private static PresentedCredential presented(String authorization) {
		PresentedCredential presented = PresentedCredential.of(authorization);
		assertThat(presented).isNotNull();
		return presented;
	}

}
