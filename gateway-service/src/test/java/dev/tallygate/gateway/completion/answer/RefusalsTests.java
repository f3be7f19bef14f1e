package dev.tallygate.gateway.completion.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.completion.RecordedCalls;
import dev.tallygate.gateway.completion.answer.Outcome.Again;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.security.secret.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a provider's refusal means: for the caller, for its key, and for another try,
 * which may cost money twice.
 */
class RefusalsTests {

	private final List<UUID> reported = new CopyOnWriteArrayList<>();

	private final RecordedCalls calls = new RecordedCalls(new PriceTable("none", List.of()));

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final Refusals refusals = new Refusals(new RejectedKeys((id, version) -> this.reported.add(id)),
			new RouteMeters(this.registry), this.calls);

	@ParameterizedTest
	@ValueSource(ints = { 408, 429, 500, 502, 503, 504, 529 })
	void whatMayGoAwayByItselfIsTriedAgainUnlessTheProviderMinds(int status) {
		assertThat(of(status, null, true).again()).isEqualTo(Again.HERE);
		assertThat(of(status, null, false).again()).isEqualTo(Again.NOWHERE);
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 402, 403, 404, 409, 413, 422, 501, 505, 507, 520 })
	void whatWouldComeAgainIsNotTriedAgain(int status) {
		assertThat(of(status, null, true).again()).isEqualTo(Again.NOWHERE);
	}

	@ParameterizedTest
	@CsvSource({ "0, HERE", "2000, HERE", "2001, ELSEWHERE", "60000, ELSEWHERE" })
	void whoWantsToBeAskedMuchLaterIsNotAskedAgainNowButOthersAre(long millis, Again again) {
		assertThat(of(429, Duration.ofMillis(millis), true).again()).isEqualTo(again);
	}

	@ParameterizedTest
	@CsvSource({ "400, 400, provider_error", "403, 403, provider_error", "404, 404, provider_error",
			"408, 504, provider_timeout", "413, 413, provider_error", "429, 429, rate_limited",
			"500, 502, provider_error", "503, 502, provider_error", "529, 529, provider_error",
			"302, 502, provider_error" })
	void theCallerIsToldInItsWiresWords(int status, int told, String code) {
		Failed failed = of(status, null, true);
		assertThat(failed.error().status()).isEqualTo(told);
		assertThat(failed.error().code()).isEqualTo(code);
	}

	@Test
	void a429AlwaysSaysWhenToComeAgain() {
		assertThat(of(429, null, true).error().retryAfter()).isNotNull();
		assertThat(of(429, Duration.ofSeconds(9), true).error().retryAfter()).isEqualTo(Duration.ofSeconds(9));
	}

	@Test
	void aUsersRejectedKeyIsReportedAndTheOperatorsIsNotSpentInstead() {
		ProviderAccess own = access(Credential.USER);
		Failed failed = this.refusals.of(words(401, null, true), own, "openai");

		assertThat(failed.error().status()).isEqualTo(401);
		assertThat(failed.error().code()).isEqualTo("provider_key_rejected");
		assertThat(failed.again()).isEqualTo(Again.NOWHERE);
		await().untilAsserted(() -> assertThat(this.reported).containsExactly(own.credentialId()));
		assertThat(this.calls.refusedKeys()).isEmpty();
	}

	@Test
	void theOperatorsRejectedKeyIsTheOperatorsTrouble() {
		Failed failed = this.refusals.of(words(401, null, true), access(Credential.SYSTEM), "openai");

		assertThat(failed.error().status()).isEqualTo(502);
		assertThat(failed.error().code()).isEqualTo("provider_error");
		assertThat(failed.words()).as("its words speak of a key that is not the caller's").isNull();
		assertThat(failed.again()).isEqualTo(Again.NOWHERE);
		assertThat(this.calls.refusedKeys()).containsExactly("openai");
		assertThat(this.registry.get("tallygate.system.key.rejected").tag("provider", "openai").counter().count())
			.isOne();
	}

	private Failed of(int status, @Nullable Duration retryAfter, boolean wantsRetry) {
		return this.refusals.of(words(status, retryAfter, wantsRetry), access(Credential.SYSTEM), "openai");
	}

	private static ProviderWords words(int status, @Nullable Duration retryAfter, boolean wantsRetry) {
		return new ProviderWords(status, List.of(), retryAfter, wantsRetry, "what it says", null);
	}

	private static ProviderAccess access(Credential credential) {
		return ProviderAccess.at(URI.create("https://provider.example/v1"), credential, Secret.of("sk-0123456789"),
				Dialect.OPENAI, UuidV7.next(), 1);
	}

}
