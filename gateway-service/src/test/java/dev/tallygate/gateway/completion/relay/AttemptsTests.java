package dev.tallygate.gateway.completion.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.BodyReader;
import dev.tallygate.gateway.completion.CaptureServer;
import dev.tallygate.gateway.completion.MapResponses;
import dev.tallygate.gateway.completion.RecordedCalls;
import dev.tallygate.gateway.completion.RequestHeaders;
import dev.tallygate.gateway.completion.TestGateway;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Outcome.Again;
import dev.tallygate.gateway.completion.answer.Outcome.Answered;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.Refusals;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.completion.running.RunningCall;
import dev.tallygate.gateway.completion.uncharged.Carried;
import dev.tallygate.gateway.completion.uncharged.KeptResponses;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.gateway.dialect.chat.ChatWire;
import dev.tallygate.gateway.dialect.responses.ResponsesWire;
import dev.tallygate.gateway.http.ContainerRequest;
import dev.tallygate.gateway.http.ContainerResponse;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.Origin;
import dev.tallygate.gateway.provider.PauseProperties;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.gateway.usage.Calls.Begun;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.caller.Tags;
import dev.tallygate.security.secret.Secret;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

/**
 * What comes of a call at its target: when it is tried once more, what is told of it, and
 * what it is charged.
 */
class AttemptsTests {

	/** A nano-USD a token in, two a token out. */
	private static final PriceTable PRICES = new PriceTable("v1",
			List.of(PriceRow.of("openai", "m", Instant.EPOCH)
				.price(Meter.INPUT, 1_000_000)
				.price(Meter.OUTPUT, 2_000_000)
				.build()));

	private static final String YES = CaptureServer.http("200 OK",
			"{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}],"
					+ "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}");

	private static final String BUSY = CaptureServer.http("503 Busy", "{\"error\":{\"message\":\"too much to do\"}}");

	private static final Wire CHAT = new ChatWire();

	private static final Caller CALLER = new Caller(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()), KeyType.DEV,
			Role.MEMBER, null, null);

	private final Watch watch = new Watch();

	private final RecordedCalls calls = new RecordedCalls(PRICES);

	private final RetryBudget retries = new RetryBudget(0, 1);

	private final Breakers breakers = new Breakers(CircuitBreakerRegistry
		.of(CircuitBreakerConfig.custom().slidingWindowSize(4).minimumNumberOfCalls(4).build()));

	private final RunningCall running = new RunningCall(CALLER, "token", false, Duration.ofMinutes(1).toNanos());

	private MockHttpServletResponse response = new MockHttpServletResponse();

	private Wire wire = CHAT;

	private String asked = TestGateway.ask("openai:m", "Will it rain?", "");

	@BeforeEach
	void start() {
		this.watch.start();
	}

	/** However a call ends, it is closed, and its retry is there for the next one. */
	@AfterEach
	void nothingIsLeftOver() {
		this.watch.close();
		assertThat(this.calls.open()).isZero();
	}

	@Test
	void anAnswerIsPassedOnAndChargedAsReported() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(YES)) {
			assertThat(run(provider)).isInstanceOf(Answered.class);
			assertThat(provider.requests()).hasSize(1);
		}
		assertThat(this.response.getStatus()).isEqualTo(200);
		assertThat(this.response.getContentAsString()).contains("Yes.");
		assertThat(this.response.getHeader("x-tallygate-cost-nanos")).isEqualTo("7");
		assertSettled(Status.COMPLETED, 1, 7);
	}

	@ParameterizedTest
	@ValueSource(strings = { "408 Late", "500 Oops", "502 Bad", "503 Busy", "504 Late", "529 Busy" })
	void whatMayPassIsTriedOnceMoreAndTheAnswerIsChargedOnce(String status) throws Exception {
		try (CaptureServer provider = CaptureServer.answering(CaptureServer.http(status, "{\"error\":{}}"), YES)) {
			assertThat(run(provider)).isInstanceOf(Answered.class);
			assertThat(provider.requests()).hasSize(2);
		}
		assertSettled(Status.COMPLETED, 2, 7);
		assertThat(this.retries.tryRetry()).as("it is given back").isTrue();
	}

	@Test
	void anErrorInsideAnAnswerIsARefusalLikeAnyOther() throws Exception {
		String inside = CaptureServer.http("200 OK", "{\"error\":{\"message\":\"too much to do\",\"code\":503}}");
		try (CaptureServer provider = CaptureServer.answering(inside, YES)) {
			assertThat(run(provider)).isInstanceOf(Answered.class);
		}
		assertSettled(Status.COMPLETED, 2, 7);
	}

	@ParameterizedTest
	@ValueSource(strings = { "400 No", "403 No", "404 No", "422 No" })
	void whatWouldComeAgainIsNotAskedAgain(String status) throws Exception {
		try (CaptureServer provider = CaptureServer.answering(CaptureServer.http(status, "{\"error\":{}}"), YES)) {
			Failed failed = failed(run(provider));
			assertThat(failed.again()).isEqualTo(Again.NOWHERE);
			assertThat(failed.error().status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
			assertThat(failed.cost()).isEqualTo(NanoUsd.ZERO);
			assertThat(provider.requests()).hasSize(1);
		}
		assertSettled(Status.FAILED, 1, 0);
	}

	@Test
	void whereNoRetryIsLeftNobodyIsAskedAgain() throws Exception {
		assertThat(this.retries.tryRetry()).isTrue();
		try (CaptureServer provider = CaptureServer.answering(BUSY, YES)) {
			assertThat(failed(run(provider)).again()).as("another target may still be asked").isEqualTo(Again.HERE);
			assertThat(provider.requests()).hasSize(1);
		}
		assertSettled(Status.FAILED, 1, 0);
	}

	@Test
	void aProviderThatSaysTheSameTwiceIsQuoted() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(BUSY)) {
			assertThat(failed(run(provider)).error().message()).contains("too much to do").doesNotContain("Try again");
			assertThat(provider.requests()).hasSize(2);
		}
		assertThat(this.retries.tryRetry()).as("it is given back").isTrue();
		assertSettled(Status.FAILED, 2, 0);
	}

	@Test
	void ofTwoFailuresThatDifferTheSecondIsTold() throws Exception {
		String worse = CaptureServer.http("500 Oops", "{\"error\":{\"message\":\"out of order\"}}");
		try (CaptureServer provider = CaptureServer.answering(BUSY, worse)) {
			Failed failed = failed(run(provider));
			assertThat(failed.words()).isNotNull();
			assertThat(failed.words().status()).isEqualTo(500);
			assertThat(failed.error().message()).contains("status 500").contains("Try again");
		}
	}

	@Test
	void anOpenCircuitAsksNobodyAndLeavesNoTrace() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(YES)) {
			Origin origin = Origin.of(URI.create(provider.url()));
			for (int i = 0; i < 4; i++) {
				((Breakers.Attempt) this.breakers.ask(origin, "m", true, CALLER.userId())).answered(500);
			}
			Failed failed = failed(run(provider));
			assertThat(failed.error().code()).isEqualTo("provider_unavailable");
			assertThat(failed.again()).isEqualTo(Again.ELSEWHERE);
			assertThat(provider.requests()).isEmpty();
		}
		assertThat(this.calls.settled()).isEmpty();
		assertThat(this.calls.voided()).isOne();
	}

	@Test
	void failuresOpenTheCircuit() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(BUSY)) {
			run(provider);
			run(provider);
			assertThat(failed(run(provider)).error().code()).isEqualTo("provider_unavailable");
			assertThat(provider.requests()).hasSize(4);
		}
	}

	@Test
	void aConnectionThatIsRefusedIsTriedOnceMoreAndChargedNothing() throws Exception {
		Failed failed = failed(run(nobody(), false, client(Duration.ofSeconds(20), 100)));
		assertThat(failed.again()).as("others may be asked").isEqualTo(Again.HERE);
		assertThat(failed.error().status()).isEqualTo(502);
		assertThat(this.retries.tryRetry()).as("it is given back").isTrue();
		assertSettled(Status.FAILED, 0, 0);
	}

	@Test
	void whatWasSentIsNotSentAgainWhenTheConnectionBreaks() throws Exception {
		try (CaptureServer provider = CaptureServer.answering("")) {
			Failed failed = failed(run(provider));
			assertThat(failed.again()).isEqualTo(Again.NOWHERE);
			assertThat(failed.error().code()).isEqualTo("provider_error");
			assertThat(provider.requests()).hasSize(1);
		}
		assertSettled(Status.FAILED, 1, 0);
	}

	@Test
	void aWholeAnswerThatComesTooLateIsChargedAndNotAskedForAgain() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(CaptureServer.SILENCE)) {
			Failed failed = failed(run(URI.create(provider.url()), false, client(Duration.ofMillis(300), 100)));
			assertThat(failed.again()).isEqualTo(Again.NOWHERE);
			assertThat(failed.error().code()).isEqualTo("provider_timeout");
			assertThat(failed.error().shouldRetry()).as("it would cost again").isFalse();
			assertThat(failed.cost()).isNotNull();
			assertThat(failed.cost().value()).isPositive();
			assertThat(provider.requests()).hasSize(1);
		}
		UsageSettled settled = this.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
	}

	@Test
	void aStreamThatDoesNotBeginInTimeIsNotCharged() throws Exception {
		try (CaptureServer provider = CaptureServer.answering(CaptureServer.SILENCE)) {
			Failed failed = failed(run(URI.create(provider.url()), true, client(Duration.ofMillis(300), 100)));
			assertThat(failed.again()).isEqualTo(Again.NOWHERE);
			assertThat(failed.error().code()).isEqualTo("provider_timeout");
			assertThat(provider.requests()).hasSize(1);
		}
		assertSettled(Status.FAILED, 1, 0);
	}

	@Test
	void aCallThatWasCutSaysWhyAndIsNotTriedAgain() throws Exception {
		this.running.cut(Errors.REVOKED);
		try (CaptureServer provider = CaptureServer.answering(CaptureServer.SILENCE, YES)) {
			Failed failed = failed(run(provider));
			assertThat(failed.error()).isEqualTo(Errors.REVOKED);
			assertThat(failed.again()).isEqualTo(Again.NOWHERE);
			assertThat(provider.requests()).hasSizeLessThan(2);
		}
		assertSettled(Status.FAILED, 1, 0);
	}

	@Test
	void aCallThatWasCutWhileItFailedIsNotTriedAgain() throws Exception {
		this.running.cut(Errors.STOPPING);
		Failed failed = failed(run(nobody(), false, client(Duration.ofSeconds(20), 100)));
		assertThat(failed.error()).isEqualTo(Errors.STOPPING);
		assertThat(failed.again()).isEqualTo(Again.NOWHERE);
	}

	@Test
	void whereAllConnectionsAreTakenAnotherTargetMayBeAsked() throws Exception {
		UpstreamClient client = client(Duration.ofSeconds(20), 1);
		try (CaptureServer provider = CaptureServer.answering(YES);
				UpstreamCall other = client.open(Origin.of(URI.create(provider.url())))) {
			Failed failed = failed(run(URI.create(provider.url()), false, client));
			assertThat(failed.error().code()).isEqualTo("overloaded");
			assertThat(failed.again()).isEqualTo(Again.ELSEWHERE);
			assertThat(other.header("any")).isNull();
		}
		assertThat(this.calls.settled()).isEmpty();
		assertThat(this.calls.voided()).isOne();
	}

	/** The provider goes on with it and bills it, so somebody has to ask for the end. */
	@Test
	void aResponseInTheBackgroundIsFollowedThoughNobodyTakesItsBeginning() throws Exception {
		this.wire = new ResponsesWire();
		this.asked = "{\"model\":\"openai:m\",\"input\":\"Will it rain?\",\"background\":true}";
		this.response = new MockHttpServletResponse() {
			@Override
			public ServletOutputStream getOutputStream() {
				return new BrokenPipe();
			}
		};
		String queued = CaptureServer.http("200 OK",
				"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"queued\",\"output\":[]}");
		String made = CaptureServer.http("200 OK",
				"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[],"
						+ "\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"total_tokens\":5}}");
		try (CaptureServer provider = CaptureServer.answering(queued, made)) {
			assertThat(run(provider)).isInstanceOf(Answered.class);
			assertThat(provider.requests()).hasSize(2);
			assertThat(provider.requests().getLast()).startsWith("GET /responses/resp_1 ");
		}
		assertSettled(Status.COMPLETED, 1, 7);
	}

	private void assertSettled(Status status, int attempts, long cost) {
		UsageSettled settled = this.calls.theOne();
		assertThat(settled.status()).isEqualTo(status);
		assertThat(settled.attempts()).isEqualTo(attempts);
		assertThat(settled.costNanos()).isEqualTo(new NanoUsd(cost));
	}

	private Failed failed(Outcome outcome) throws IOException {
		assertThat(outcome).isInstanceOf(Failed.class);
		assertThat(this.response.isCommitted()).as("nothing is told yet").isFalse();
		assertThat(this.response.getContentAsByteArray()).isEmpty();
		return (Failed) outcome;
	}

	private Outcome run(CaptureServer provider) throws Exception {
		return run(URI.create(provider.url()), false, client(Duration.ofSeconds(20), 100));
	}

	private Outcome run(URI baseUrl, boolean streamed, UpstreamClient client) throws Exception {
		Tokenizer tokenizer = new Tokenizer();
		UpstreamProperties limits = limits(Duration.ofSeconds(20), 100);
		AnswerRoom room = new AnswerRoom(limits);
		KeptResponses kept = new KeptResponses(new MapResponses());
		Refusals refusals = new Refusals(new RejectedKeys((id, version) -> {
		}), new RouteMeters(new SimpleMeterRegistry()), this.calls);
		Attempts attempts = new Attempts(client, this.breakers, this.retries,
				new AnswerRelay(this.watch, kept, room, refusals, limits, Duration.ZERO), refusals,
				new UnfinishedResponses(client, room, kept, Duration.ofSeconds(1)), new ModelLabels(),
				new Pauses(new PauseProperties(Duration.ofMillis(250), Duration.ofSeconds(15))));
		Target target = new Target(new Provider("openai", Dialect.OPENAI, baseUrl, true, true), "m");
		ProviderAccess access = ProviderAccess.at(baseUrl, Credential.SYSTEM, Secret.of("sk-of-the-operator"),
				Dialect.OPENAI, UuidV7.next(), 1);
		String path = (this.wire instanceof ResponsesWire) ? "/v1/responses" : "/v1/chat/completions";
		MockHttpServletRequest sent = new MockHttpServletRequest("POST", path);
		String whole = streamed ? TestGateway.ask("openai:m", "Will it rain?", ",\"stream\":true") : this.asked;
		sent.setContent(whole.getBytes(StandardCharsets.UTF_8));
		ContainerRequest request = new ContainerRequest(sent);
		BodyReader.Body body = new BodyReader(10_000, Duration.ofSeconds(20), 100_000, 100_000).read(request,
				CALLER.userId());
		WireRequest asked = this.wire.read(body.bytes(), body.length(), RequestLimits.DEFAULT);
		Incoming in = new Incoming(this.wire,
				new Arrival(path, request, new ContainerResponse(this.response), CALLER, "token"), asked, null,
				RequestHeaders.of(request, this.wire), Tags.NONE, this.running, body);
		Exchange exchange = asked.to("m", true);
		Begun begun = (Begun) this.calls.begin(in.at(target, access, new Exchanges.Said(exchange, Carried.NOTHING)));
		try (client) {
			return attempts
				.run(Leg.of(in, target, access, exchange, new Books(begun.call(), asked, tokenizer, 10_000)));
		}
	}

	private UpstreamClient client(Duration patience, int maxConnections) throws Exception {
		return new UpstreamClient(limits(patience, maxConnections), this.watch,
				SSLContext.getDefault().getSocketFactory());
	}

	private static UpstreamProperties limits(Duration patience, int maxConnections) {
		return new UpstreamProperties(Duration.ofSeconds(5), patience, patience, Duration.ofMinutes(1), maxConnections,
				Duration.ofSeconds(15), DataSize.ofMegabytes(1), DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 0,
				1, Duration.ofSeconds(30), patience, DataSize.ofMegabytes(16));
	}

	/** The way to a caller who is gone. */
	private static final class BrokenPipe extends ServletOutputStream {

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void write(int one) throws IOException {
			throw new IOException("Broken pipe");
		}

	}

	/** Where nobody listens. */
	private static URI nobody() throws IOException {
		try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return URI.create("http://127.0.0.1:" + closed.getLocalPort());
		}
	}

}
