package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.launcher.Service;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * Calls as agents make them: streamed, with the model's own maximum of output, of which
 * they use a fraction. Held in full, $1.50 would be room for one of them.
 */
@ExtendWith(TallygateExtension.class)
class AgentCallsTests {

	private static final String MODEL = "claude-sonnet-4-20250514";

	/** The model's own maximum, as Claude Code asks for. */
	private static final int MAX_TOKENS = 64_000;

	/** Nano-USD per token. */
	private static final long INPUT = 3_000;

	private static final long OUTPUT = 15_000;

	@Test
	void twentyAtOnceOnADollarFiftyAreAllAnswered(Tallygate tallygate) throws Exception {
		Tallygate.User user = tallygate.newUser();
		Set<String> before = new HashSet<>(tallygate.books().bill(Set.of()).keySet());
		limit(tallygate, user, 150);
		List<HttpResponse<String>> answers = atOnce(20, user.at(tallygate, Service.GATEWAY),
				"input=5000 output=300 delay=5ms");
		assertThat(answers).allSatisfy((answer) -> {
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			assertThat(answer.body()).contains("event: message_stop").doesNotContain("event: error");
		});
		tallygate.books(user).reconcile(before);
		long spent = spent(tallygate, user);
		assertThat(spent).isBetween(20 * (5000 * INPUT + 300 * OUTPUT), NanoUsd.ofCents(150).value());
		System.out.printf(
				"AGENTS: 20 calls with max_tokens %d at once on $1.50: %d answered, spent $%s; "
						+ "held in full one needs $%s%n",
				MAX_TOKENS, answers.size(), new NanoUsd(spent).toUsd(),
				new NanoUsd(5000 * INPUT + MAX_TOKENS * OUTPUT).toUsd());
	}

	@Test
	void aStreamThatReachesTheLimitIsCutWithItsReasonAndOthersGoOn(Tallygate tallygate) throws Exception {
		Tallygate.User user = tallygate.newUser();
		Tallygate.User other = tallygate.newUser();
		Set<String> before = new HashSet<>(tallygate.books().bill(Set.of()).keySet());
		limit(tallygate, user, 2);
		limit(tallygate, other, 150);
		HttpResponse<String> cut;
		List<HttpResponse<String>> others;
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<List<HttpResponse<String>>> beside = threads
				.submit(() -> atOnce(5, other.at(tallygate, Service.GATEWAY), "output=1500 delay=2ms"));
			cut = message(user.at(tallygate, Service.GATEWAY), "output=20000 delay=2ms");
			others = beside.get();
		}
		assertThat(cut.statusCode()).isEqualTo(200);
		assertThat(cut.body()).contains("event: error", "budget_exceeded", "billing_error")
			.doesNotContain("event: message_stop");
		assertThat(others).allSatisfy(
				(answer) -> assertThat(answer.body()).contains("event: message_stop").doesNotContain("event: error"));
		JsonNode event = tallygate.books(user).awaitLedger(1).values().iterator().next();
		assertThat(event.get("status").stringValue()).isEqualTo("interrupted");
		Map<String, JsonNode> bill = tallygate.books().bill(Set.of(event.get("callId").stringValue()));
		long received = cut.body().lines().filter((line) -> line.contains("\"text_delta\"")).count();
		long charged = event.get("outputTokens").longValue();
		long made = bill.values().iterator().next().get("outputTokens").longValue();
		tallygate.books(user, other).reconcile(before);
		long over = spent(tallygate, user) - NanoUsd.ofCents(2).value();
		System.out.printf(
				"AGENTS: a stream on $0.02 was cut: the client got %d tokens, %d were charged, the provider made %d;"
						+ " over by %,d nano-USD (negative: left)%n",
				received, charged, made, over);
		assertThat(received).isBetween(100L, made);
		assertThat(charged).as("by the tokens of the text that was delivered")
			.isBetween(received * 8 / 10, made * 13 / 10);
		assertThat(over).as("what came before the provider heard of the cancel: half a second at most")
			.isLessThan(250 * OUTPUT);
	}

	private static List<HttpResponse<String>> atOnce(int calls, Api gateway, String directives) throws Exception {
		List<Future<HttpResponse<String>>> sent = new ArrayList<>();
		try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < calls; i++) {
				sent.add(callers.submit(() -> message(gateway, directives)));
			}
		}
		List<HttpResponse<String>> answers = new ArrayList<>();
		for (Future<HttpResponse<String>> each : sent) {
			answers.add(each.get());
		}
		return answers;
	}

	private static HttpResponse<String> message(Api gateway, String directives) {
		return gateway.send("POST", "/v1/messages",
				Prompt.body(MODEL, directives, ",\"max_tokens\":" + MAX_TOKENS + ",\"stream\":true"));
	}

	/** In effect once a call that is held in full, at $1.60, is refused. */
	private static void limit(Tallygate tallygate, Tallygate.User user, int cents) {
		user.at(tallygate, Service.BUDGET)
			.expect(200, "PATCH", "/api/users/me/budget", "{\"monthlyBudgetCents\":" + cents + "}");
		String tooDear = Prompt.body("claude-opus-4.6", "output=1", ",\"max_tokens\":" + MAX_TOKENS);
		Api gateway = user.at(tallygate, Service.GATEWAY);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
			HttpResponse<String> answer = gateway.send("POST", "/v1/messages", tooDear);
			return answer.statusCode() == 402 && answer.body().contains("budget_exceeded");
		});
	}

	private static long spent(Tallygate tallygate, Tallygate.User user) {
		return user.at(tallygate, Service.BUDGET).get("/api/users/me/budget").get("spentNanos").longValue();
	}

}
