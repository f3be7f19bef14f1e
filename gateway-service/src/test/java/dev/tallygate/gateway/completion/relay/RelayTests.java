package dev.tallygate.gateway.completion.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.access.RevealSource;
import dev.tallygate.gateway.access.TestKeyService;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.BodyReader;
import dev.tallygate.gateway.completion.CaptureServer;
import dev.tallygate.gateway.completion.CompletionProperties;
import dev.tallygate.gateway.completion.MapResponses;
import dev.tallygate.gateway.completion.RecordedCalls;
import dev.tallygate.gateway.completion.TestGateway;
import dev.tallygate.gateway.completion.Wires;
import dev.tallygate.gateway.completion.answer.Refusals;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.completion.running.RunningCalls;
import dev.tallygate.gateway.completion.uncharged.KeptResponses;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.http.ContainerRequest;
import dev.tallygate.gateway.http.ContainerResponse;
import dev.tallygate.gateway.limits.GuardProperties;
import dev.tallygate.gateway.limits.HeapGuard;
import dev.tallygate.gateway.limits.RateLimitProperties.PerMinute;
import dev.tallygate.gateway.limits.RateLimitProperties;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.PauseProperties;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.routing.RoutingProperties;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.secret.Secret;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

/**
 * What comes of a call on its way to a target: who is asked, who is asked instead, and
 * what the caller is told when nobody answers.
 */
class RelayTests {

	private static final UserId USER = new UserId(UuidV7.next());

	private static final Caller CALLER = new Caller(USER, new ApiKeyId(UuidV7.next()), KeyType.DEV, Role.MEMBER, null,
			null);

	private static final PriceTable PRICES = new PriceTable("v1", List.of(priced("asked"), priced("spare")));

	private static final String BUSY = CaptureServer.http("503 Busy", "{\"error\":{\"message\":\"too much to do\"}}");

	private static final String NO = CaptureServer.http("422 No", "{\"error\":{\"message\":\"cannot be done\"}}");

	private final Watch watch = new Watch();

	private final RecordedCalls calls = new RecordedCalls(PRICES);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final Map<String, Reveal> keys = new ConcurrentHashMap<>();

	private final RunningCalls running = new RunningCalls((token) -> new IntrospectionOutcome.Active(CALLER),
			this.watch);

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private Caller caller = CALLER;

	private RetryBudget retries = new RetryBudget(0, 5);

	private boolean providersKnown = true;

	@BeforeEach
	void start() {
		this.watch.start();
	}

	@AfterEach
	void nothingIsLeftOver() {
		this.watch.close();
		assertThat(this.calls.open()).isZero();
		assertThat(this.running.size()).isZero();
	}

	@Test
	void whoeverIsAskedAnswersAndNobodyElseIsAsked() throws Exception {
		try (CaptureServer asked = at("asked", yes()); CaptureServer spare = at("spare", yes())) {
			serve();
			assertThat(asked.requests()).hasSize(1);
			assertThat(spare.requests()).isEmpty();
		}
		assertThat(this.response.getStatus()).isEqualTo(200);
		assertThat(this.response.getHeader("x-tallygate-model")).isEqualTo("asked:m");
		assertThat(this.calls.theOne().status()).isEqualTo(Status.COMPLETED);
	}

	@Test
	void aFallbackAnswersInItsOwnNameWithItsOwnKey() throws Exception {
		try (CaptureServer asked = at("asked", BUSY); CaptureServer spare = at("spare", yes())) {
			serve();
			assertThat(asked.requests()).as("once more, then elsewhere").hasSize(2);
			assertThat(spare.requests()).singleElement()
				.asString()
				.contains("Bearer sk-for-spare")
				.doesNotContain("sk-for-asked");
		}
		assertThat(this.response.getHeader("x-tallygate-model")).isEqualTo("spare:m");
		assertThat(this.calls.settled()).extracting(UsageSettled::provider).containsExactly("asked", "spare");
		assertThat(this.calls.settled()).extracting(UsageSettled::status)
			.containsExactly(Status.FAILED, Status.COMPLETED);
		assertThat(freeRetries()).as("all are given back").isEqualTo(5);
	}

	@Test
	void whatAnotherWouldRefuseTooIsNotAskedOfIt() throws Exception {
		try (CaptureServer asked = at("asked", NO); CaptureServer spare = at("spare", yes())) {
			serve();
			assertThat(asked.requests()).hasSize(1);
			assertThat(spare.requests()).isEmpty();
		}
		assertThat(this.response.getStatus()).isEqualTo(422);
		assertThat(this.response.getContentAsString()).contains("cannot be done");
	}

	@Test
	void whenNobodyAnswersTheFirstFailureIsTold() throws Exception {
		try (CaptureServer asked = at("asked", BUSY); CaptureServer spare = at("spare", NO)) {
			assertTold(502, "provider_error");
			assertThat(this.response.getContentAsString()).contains("too much to do").doesNotContain("cannot be done");
			assertThat(this.response.getHeader("x-tallygate-model")).isEqualTo("asked:m");
			assertThat(asked.requests()).hasSize(2);
			assertThat(spare.requests()).hasSize(1);
		}
		assertThat(freeRetries()).as("all are given back").isEqualTo(5);
	}

	/** Whoever is told of the first one only sends it again, and pays each time. */
	@ParameterizedTest
	@ValueSource(strings = { "{\"garbage", "" })
	void aFallbackThatIsChargedIsToldAlthoughItFailed(String garbage) throws Exception {
		String broken = garbage.isEmpty() ? "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
				: CaptureServer.http("200 OK", garbage);
		revealAt("asked", URI.create("http://127.0.0.1:1"));
		try (CaptureServer spare = at("spare", broken)) {
			assertTold(502, "provider_error");
			assertThat(spare.requests()).hasSize(1);
		}
		assertThat(this.response.getContentAsString()).contains("spare").doesNotContain("cannot be reached");
		assertThat(this.response.getHeader("x-should-retry")).isEqualTo("false");
		assertThat(this.response.getHeader("x-tallygate-model")).isEqualTo("spare:m");
		UsageSettled charged = this.calls.settled().getLast();
		assertThat(charged.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(this.response.getHeader("x-tallygate-call-id")).isEqualTo(charged.callId().toString());
		assertThat(charged.costNanos()).isNotNull();
		assertThat(charged.costNanos()).isGreaterThan(NanoUsd.ZERO);
		assertThat(this.response.getHeader("x-tallygate-cost-nanos"))
			.isEqualTo(Long.toString(charged.costNanos().value()));
	}

	@Test
	void aFallbackThatTheKeyMayNotUseIsLeftOut() throws Exception {
		this.caller = allowed(Set.of("asked:m"));
		try (CaptureServer asked = at("asked", BUSY); CaptureServer spare = at("spare", yes())) {
			assertTold(502, "provider_error");
			assertThat(asked.requests()).hasSize(2);
			assertThat(spare.requests()).isEmpty();
		}
	}

	@Test
	void withoutARetryLeftNobodyElseIsAsked() throws Exception {
		this.retries = new RetryBudget(0, 0);
		try (CaptureServer asked = at("asked", BUSY); CaptureServer spare = at("spare", yes())) {
			assertTold(502, "provider_error");
			assertThat(asked.requests()).hasSize(1);
			assertThat(spare.requests()).isEmpty();
		}
	}

	@Test
	void aFallbackWithoutAKeyChangesNothingOfWhatIsTold() throws Exception {
		try (CaptureServer asked = at("asked", BUSY)) {
			assertTold(502, "provider_error");
			assertThat(asked.requests()).hasSize(2);
		}
	}

	@Test
	void aModelThatTheKeyMayNotUseIsNotAsked() throws Exception {
		this.caller = allowed(Set.of("spare:m"));
		try (CaptureServer asked = at("asked", yes())) {
			assertTold(403, "model_not_allowed");
			assertThat(asked.requests()).isEmpty();
		}
		assertThat(this.calls.requests()).isEmpty();
	}

	@Test
	void whoIsNotAdmittedIsToldWhyAndNobodyIsAsked() throws Exception {
		this.calls
			.refuse(new Refusal.Reached(Limit.BUDGET, NanoUsd.ofCents(150), Instant.parse("2026-12-01T00:00:00Z")));
		try (CaptureServer asked = at("asked", yes()); CaptureServer spare = at("spare", yes())) {
			assertTold(402, "budget_exceeded");
			assertThat(asked.requests()).isEmpty();
			assertThat(spare.requests()).as("a limit is the same everywhere").isEmpty();
		}
		assertThat(this.calls.requests()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			{"model":"asked:m"                  | 400 | invalid_request
			[]                                  | 400 | invalid_request
			{"model":"nobody:m","messages":[]}  | 400 | unsupported_provider
			{"model":"unheard-of","messages":[]} | 404 | model_not_found
			{"model":"spare:m","messages":[]}   | 400 | provider_key_missing
			""")
	void whatCannotBeAskedOpensNothing(String body, int status, String code) throws Exception {
		try (CaptureServer asked = at("asked", yes())) {
			assertTold(body, status, code);
			assertThat(asked.requests()).isEmpty();
		}
		assertThat(this.calls.requests()).isEmpty();
	}

	@Test
	void whileNobodyKnowsTheProvidersNobodyIsAsked() throws Exception {
		this.providersKnown = false;
		assertTold(503, "key_service_unavailable");
	}

	@Test
	void anAgentThatIsNotTheCallersAndTagsThatCannotBeReadAreNamed() throws Exception {
		MockHttpServletRequest agent = request(ask());
		agent.addHeader("x-tallygate-agent", "nobody");
		serve(agent, this.response);
		assertThat(this.response.getStatus()).isEqualTo(404);
		assertThat(this.response.getContentAsString()).contains("agent_not_found");

		MockHttpServletResponse other = new MockHttpServletResponse();
		MockHttpServletRequest tags = request(ask());
		tags.addHeader("x-tallygate-tags", "=");
		serve(tags, other);
		assertThat(other.getStatus()).isEqualTo(400);
		assertThat(other.getContentAsString()).contains("x-tallygate-tags");
	}

	/** The container hands on each byte of a header as a character. */
	@Test
	void whatHeadersSayMayBeInAnyLanguageAndInSeveralOfThem() throws Exception {
		MockHttpServletRequest request = request(ask());
		request.addHeader("x-tallygate-tags", asOnTheWire("team=Ärzte"));
		request.addHeader("x-tallygate-tags", "env=prod");
		request.addHeader("x-tallygate-conversation", asOnTheWire("größer als 日本"));
		try (CaptureServer asked = at("asked", yes())) {
			serve(request, this.response);
			assertThat(asked.requests()).hasSize(1);
		}
		assertThat(this.calls.requests()).singleElement().satisfies((call) -> {
			assertThat(call.tags()).containsOnly(Map.entry("team", "Ärzte"), Map.entry("env", "prod"));
			assertThat(call.conversationId()).isEqualTo("größer als 日本");
		});
	}

	private static String asOnTheWire(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
	}

	private void assertTold(int status, String code) throws Exception {
		assertTold(ask(), status, code);
	}

	/** What is told, which is counted by its code. */
	private void assertTold(String body, int status, String code) throws Exception {
		serve(request(body), this.response);
		assertThat(this.response.getStatus()).as(this.response.getContentAsString()).isEqualTo(status);
		assertThat(this.response.getContentAsString()).contains("\"code\":\"" + code + '"');
		assertThat(this.registry.get("tallygate.calls.refused").tag("code", code).counter().count()).isOne();
	}

	private void serve() throws Exception {
		serve(request(ask()), this.response);
	}

	private void serve(MockHttpServletRequest request, MockHttpServletResponse to) throws Exception {
		String path = Objects.requireNonNull(request.getRequestURI());
		new CallRoute(path, new ChatWire(), relay())
			.serve(new Arrival(path, new ContainerRequest(request), new ContainerResponse(to), this.caller, "token"));
	}

	private int freeRetries() {
		int free = 0;
		while (this.retries.tryRetry()) {
			free++;
		}
		return free;
	}

	private static Caller allowed(Set<String> models) {
		return new Caller(USER, CALLER.apiKeyId(), KeyType.DEV, Role.MEMBER, models, null);
	}

	private static String ask() {
		return TestGateway.ask("asked:m", "Will it rain?", "");
	}

	private static String yes() {
		return CaptureServer.http("200 OK",
				"{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}],"
						+ "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}");
	}

	private static MockHttpServletRequest request(String body) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/chat/completions");
		request.setContent(body.getBytes(StandardCharsets.UTF_8));
		return request;
	}

	private static PriceRow priced(String provider) {
		return PriceRow.of(provider, "m", Instant.EPOCH)
			.price(Meter.INPUT, 1_000_000)
			.price(Meter.OUTPUT, 2_000_000)
			.build();
	}

	/** From now on a provider is there and answers so, and the operator has its key. */
	private CaptureServer at(String provider, String answer) throws IOException {
		CaptureServer server = CaptureServer.answering(answer);
		revealAt(provider, URI.create(server.url()));
		return server;
	}

	private void revealAt(String provider, URI url) {
		this.keys.put(provider, new Reveal.Released(ProviderAccess.at(url, Credential.SYSTEM,
				Secret.of("sk-for-" + provider), Dialect.OPENAI, UuidV7.next(), 1)));
	}

	private Relay relay() throws Exception {
		UpstreamProperties limits = new UpstreamProperties(Duration.ofSeconds(5), Duration.ofSeconds(20),
				Duration.ofSeconds(20), Duration.ofMinutes(1), 100, Duration.ofSeconds(15), DataSize.ofMegabytes(1),
				DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 0, 5, Duration.ofSeconds(30),
				Duration.ofSeconds(20), DataSize.ofMegabytes(16));
		CompletionProperties properties = new CompletionProperties(DataSize.ofMegabytes(1), DataSize.ofMegabytes(16),
				Duration.ofSeconds(20), 128, 128, 16, DataSize.ofKilobytes(64), Duration.ofMinutes(1),
				Duration.ofSeconds(5), Set.of(), DataSize.ofMegabytes(4), Duration.ZERO, Duration.ofSeconds(20),
				Duration.ZERO);
		UpstreamClient client = new UpstreamClient(limits, this.watch, SSLContext.getDefault().getSocketFactory());
		Tokenizer tokenizer = new Tokenizer();
		AnswerRoom room = new AnswerRoom(limits);
		RouteMeters meters = new RouteMeters(this.registry);
		KeptResponses kept = new KeptResponses(new MapResponses());
		Refusals refusals = new Refusals(new RejectedKeys((id, version) -> {
		}), meters, this.calls);
		Attempts attempts = new Attempts(client, new Breakers(CircuitBreakerRegistry.ofDefaults()), this.retries,
				new AnswerRelay(this.watch, kept, room, refusals, limits, Duration.ZERO), refusals,
				new UnfinishedResponses(client, room, kept, Duration.ofSeconds(1)), new ModelLabels(),
				new Pauses(new PauseProperties(Duration.ofMillis(250), Duration.ofSeconds(15))));
		Routes routes = new Routes(new ModelNames(new Providers(this::providers, Duration.ofDays(1)), () -> PRICES),
				(user, agent) -> Optional.empty(), (user) -> Optional.empty(),
				new RoutingProperties("asked:m", Map.of("asked:m", List.of("spare:m")), Duration.ofSeconds(1)));
		ProviderKeys revealed = TestKeyService
			.keys((token, provider) -> new RevealSource.Answer(this.keys.getOrDefault(provider, new Reveal.Missing()),
					Duration.ofSeconds(30)));
		GuardProperties guard = new GuardProperties(0, Duration.ofMinutes(1), 1000, 100, Duration.ofSeconds(10));
		return new Relay(routes, new AllowedModels(routes), revealed, this.calls, this.running,
				new Exchanges(new Wires(), kept, () -> PRICES, properties), attempts, this.retries, meters, tokenizer,
				new BodyReader(1_000_000, Duration.ofSeconds(20), 16_000_000, 4_000_000),
				new Gatekeeper(new RateLimits(new RateLimitProperties(new PerMinute(0, 0), new PerMinute(0, 0), 100)),
						new RepeatGuard(guard), HeapGuard.of(guard)),
				properties);
	}

	private List<Provider> providers() throws IOException {
		if (!this.providersKnown) {
			throw new IOException("key-service is away");
		}
		URI anywhere = URI.create("http://127.0.0.1:1");
		return List.of(new Provider("asked", Dialect.OPENAI, anywhere, true, true),
				new Provider("spare", Dialect.OPENAI, anywhere, true, true));
	}

}
