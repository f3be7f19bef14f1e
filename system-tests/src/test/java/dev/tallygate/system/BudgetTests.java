package dev.tallygate.system;

import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.launcher.Service;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TallygateExtension.class)
class BudgetTests {

	/**
	 * What takes a second at most by contract; how long it takes is measured by
	 * {@code bench/p7.sh}, and a machine that builds beside this is slower.
	 */
	private static final Duration PROMPTLY = Duration.ofSeconds(10);

	/**
	 * 5000 in and 1000 out of gpt-4o-mini are 1,350,000 nano-USD: the eighth crosses one
	 * cent.
	 */
	private static final String DEAR = "input=5000 output=1000";

	private static final String INSTALLATION = "/api/budgets/installation";

	private static final long DEAR_NANOS = 5000 * Books.MINI_INPUT + 1000 * Books.MINI_OUTPUT;

	@Test
	void alertsOnceEachAndRefusesWhenACentIsSpent(Tallygate tallygate) throws Exception {
		Tallygate.User user = tallygate.newUser();
		Api gateway = user.at(tallygate, Service.GATEWAY);
		Api budgets = user.at(tallygate, Service.BUDGET);
		Set<String> before = new HashSet<>(tallygate.books().bill(Set.of()).keySet());
		limit(budgets, 1);
		awaitLimit();
		try (TopicTail alerts = new TopicTail(tallygate.kafka(), Topics.ALERTS, user.id());
				TopicTail usage = new TopicTail(tallygate.kafka(), Topics.USAGE, user.id())) {
			int calls = spendUntilRefused(gateway);
			assertThat(calls).isEqualTo(8);
			List<TopicTail.Seen> crossings = awaitThresholds(alerts);
			assertThat(crossings).extracting((seen) -> threshold(seen)).containsExactlyInAnyOrder(75, 90, 100);
			alertsComePromptly(usage.poll(), crossings);

			JsonNode refusal = Api.JSON.readTree(dear(gateway).body()).get("error");
			assertThat(refusal.get("code").stringValue()).isEqualTo("budget_exceeded");
			assertThat(refusal.get("message").stringValue()).isNotBlank();

			limit(budgets, 5);
			Awaitility.await()
				.atMost(PROMPTLY)
				.pollInterval(Duration.ofMillis(50))
				.until(() -> dear(gateway).statusCode() == 200);

			tallygate.admin(Service.BUDGET)
				.expect(200, "PATCH", "/api/users/" + user.id() + "/budget", "{\"ceilingCents\":1}");
			Awaitility.await()
				.atMost(PROMPTLY)
				.pollInterval(Duration.ofMillis(50))
				.until(() -> dear(gateway).statusCode() == 402);
			assertThat(budgets.get("/api/users/me/budget").get("binding").stringValue()).isEqualTo("ceiling");

			assertThat(awaitThresholds(alerts)).extracting((seen) -> threshold(seen))
				.as("each threshold of each amount once")
				.containsExactlyInAnyOrder(75, 90, 100);
		}
		tallygate.books(user).reconcile(before);
	}

	@Test
	void letsNoneOfAHundredParallelCallsOverABudgetForTen(Tallygate tallygate) throws Exception {
		Tallygate.User user = tallygate.newUser();
		Api gateway = user.at(tallygate, Service.GATEWAY);
		Set<String> before = new HashSet<>(tallygate.books().bill(Set.of()).keySet());
		limit(user.at(tallygate, Service.BUDGET), 1);
		awaitLimit();
		// gpt-4o: 95 tokens out are 950,000 nano-USD, and the few tokens in fill up to a
		// tenth of a cent.
		List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			String body = Prompt.body("gpt-4o", "output=95 delay=2ms",
					",\"max_tokens\":95" + ((i % 2 == 0) ? ",\"stream\":true" : ""));
			calls.add(() -> gateway.send("POST", "/v1/chat/completions", body));
		}
		int answered = 0;
		try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
			for (Future<HttpResponse<String>> call : callers.invokeAll(calls)) {
				int status = call.get().statusCode();
				assertThat(status).isIn(200, 402);
				answered += (status == 200) ? 1 : 0;
			}
		}
		tallygate.books(user).reconcile(before);
		long spent = user.at(tallygate, Service.BUDGET).get("/api/users/me/budget").get("spentNanos").longValue();
		assertThat(spent).isLessThanOrEqualTo(NanoUsd.PER_CENT);
		assertThat(answered).as("calls that fit").isBetween(8, 10);
	}

	@Test
	void holdsTheInstallationToItsLimit(Tallygate tallygate) throws Exception {
		Api gateway = tallygate.newUser().at(tallygate, Service.GATEWAY);
		Api admin = tallygate.admin(Service.BUDGET);
		long spent = admin.get(INSTALLATION).get("spentNanos").longValue();
		long cents = spent / NanoUsd.PER_CENT + 2;
		try {
			admin.expect(200, "PUT", INSTALLATION, "{\"limitCents\":" + cents + "}");
			awaitLimit();
			List<HttpResponse<String>> answers = new ArrayList<>();
			Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50)).until(() -> {
				answers.add(dear(gateway));
				return answers.getLast().statusCode() != 200;
			});
			assertThat(answers).as("a cent's worth fits").hasSizeGreaterThan(1);
			assertThat(answers.getLast().statusCode()).as(answers.getLast().body()).isEqualTo(402);
			assertThat(answers.getLast().body()).contains("\"code\":\"budget_exceeded\"");
		}
		finally {
			admin.expect(204, "DELETE", INSTALLATION, "");
		}
		Awaitility.await()
			.atMost(PROMPTLY)
			.pollInterval(Duration.ofMillis(50))
			.until(() -> dear(gateway).statusCode() == 200);
	}

	private static void limit(Api budgets, int cents) {
		budgets.expect(200, "PATCH", "/api/users/me/budget", "{\"monthlyBudgetCents\":" + cents + "}");
	}

	/**
	 * A limit is in effect within a second; only a call could tell, and it would cost.
	 * Three are waited for a machine that has other things to do.
	 */
	private static void awaitLimit() throws InterruptedException {
		Thread.sleep(Duration.ofSeconds(3));
	}

	private static HttpResponse<String> dear(Api gateway) {
		return gateway.send("POST", "/v1/chat/completions", Prompt.body("gpt-4o-mini", DEAR, ""));
	}

	/** Streamed and plain in turn; says how many were answered. */
	private static int spendUntilRefused(Api gateway) {
		for (int i = 0; i < 20; i++) {
			String body = Prompt.body("gpt-4o-mini", DEAR, (i % 2 == 0) ? ",\"stream\":true" : "");
			HttpResponse<String> response = gateway.send("POST", "/v1/chat/completions", body);
			if (response.statusCode() == 402) {
				assertThat(response.headers().firstValue("x-should-retry")).contains("false");
				assertThat(i * DEAR_NANOS).isGreaterThanOrEqualTo(NanoUsd.PER_CENT);
				return i;
			}
			assertThat(response.statusCode()).isEqualTo(200);
		}
		throw new AssertionError("nothing was refused");
	}

	private static List<TopicTail.Seen> awaitThresholds(TopicTail alerts) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> thresholds(alerts.poll()), (seen) -> seen.size() >= 3);
	}

	/** Of the one-cent limit. */
	private static List<TopicTail.Seen> thresholds(List<TopicTail.Seen> seen) {
		return seen.stream()
			.filter((one) -> one.event().data() instanceof BudgetAlert.ThresholdCrossed crossed
					&& crossed.limitCents() == 1)
			.toList();
	}

	private static int threshold(TopicTail.Seen seen) {
		return (seen.event().data() instanceof BudgetAlert.ThresholdCrossed crossed) ? crossed.threshold() : -1;
	}

	/** From the crossing event in Kafka to the alert in Kafka. */
	private static void alertsComePromptly(List<TopicTail.Seen> usage, List<TopicTail.Seen> alerts) {
		long spent = 0;
		List<Integer> open = new ArrayList<>(List.of(75, 90, 100));
		for (TopicTail.Seen seen : usage) {
			if (seen.event().data() instanceof UsageSettled settled && settled.costNanos() != null) {
				spent += settled.costNanos().value();
				while (!open.isEmpty() && spent >= open.getFirst() * NanoUsd.PER_CENT / 100) {
					int crossed = open.removeFirst();
					assertThat(alerts).filteredOn((alert) -> threshold(alert) == crossed)
						.singleElement()
						.satisfies((alert) -> assertThat(alert.timestamp() - seen.timestamp())
							.isLessThanOrEqualTo(PROMPTLY.toMillis()));
				}
			}
		}
		assertThat(open).isEmpty();
	}

}
