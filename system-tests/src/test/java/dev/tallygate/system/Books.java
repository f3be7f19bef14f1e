package dev.tallygate.system;

import dev.tallygate.launcher.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The provider's bill beside Tallygate's ledger.
 */
final class Books {

	/** Nano-USD per token of gpt-4o-mini. */
	static final long MINI_INPUT = 150;

	static final long MINI_OUTPUT = 600;

	/** What may be in the ledger although the provider never generated anything. */
	private static final Set<String> UNBILLED = Set.of("failed", "abandoned", "client_disconnected", "interrupted");

	private final Tallygate tallygate;

	private final Tallygate.User[] users;

	Books(Tallygate tallygate, Tallygate.User... users) {
		this.tallygate = tallygate;
		this.users = users;
	}

	/** The provider's rows by call id; nothing is being answered any more. */
	Map<String, JsonNode> bill(Set<String> calls) {
		Api simulator = new Api(this.tallygate.url(Service.SIMULATOR), "");
		Map<String, JsonNode> rows = new HashMap<>();
		String since = "0";
		do {
			JsonNode page = simulator.get("/sim/ledger?since=" + since);
			for (JsonNode row : page.get("data")) {
				String call = row.path("requestId").asString("");
				if (calls.isEmpty() || calls.contains(call)) {
					assertThat(rows.put(call, row)).as("billed twice: " + call).isNull();
				}
			}
			since = page.path("next").asString("");
		}
		while (!since.isEmpty());
		return rows;
	}

	/** Every event of the users in the ledger by call id. */
	Map<String, JsonNode> ledger() {
		Map<String, JsonNode> events = new HashMap<>();
		for (Tallygate.User user : this.users) {
			Api metering = user.at(this.tallygate, Service.METERING);
			String cursor = "";
			do {
				JsonNode page = metering.get("/api/users/me/usage/events?limit=200" + cursor);
				for (JsonNode event : page.get("data")) {
					String call = event.get("callId").stringValue();
					assertThat(events.put(call, event)).as("in the ledger twice: " + call).isNull();
				}
				String next = page.path("nextCursor").asString("");
				cursor = next.isEmpty() ? "" : "&cursor=" + next;
			}
			while (!cursor.isEmpty());
		}
		return events;
	}

	/** Waits until the ledger has so many events. */
	Map<String, JsonNode> awaitLedger(int events) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(200))
			.until(this::ledger, (ledger) -> ledger.size() >= events);
	}

	/** Waits until every call the provider billed to these users has its event. */
	Map<String, JsonNode> awaitEveryBilled(Set<String> billedBefore) {
		Set<String> expected = new HashSet<>(bill(Set.of()).keySet());
		expected.removeAll(billedBefore);
		return Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(200))
			.until(this::ledger, (ledger) -> ledger.keySet().containsAll(expected));
	}

	/**
	 * One ledger row for every billed row and none without, equal numbers wherever the
	 * provider reported them, and sums that agree everywhere.
	 * @param billedBefore calls of others, which are left out
	 */
	void reconcile(Set<String> billedBefore) {
		Map<String, JsonNode> ledger = awaitEveryBilled(billedBefore);
		Map<String, JsonNode> bill = bill(ledger.keySet());
		ledger.forEach((call, event) -> compare(call, event, bill));
		awaitSums(ledger);
		awaitWholeBooks();
	}

	/**
	 * No number of any gateway's sequence is missing, and ledger and aggregates agree.
	 */
	private void awaitWholeBooks() {
		Api metering = this.tallygate.admin(Service.METERING);
		Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			JsonNode audit = metering.get("/api/usage/audit");
			assertThat(audit.get("whole").booleanValue()).as(audit.toString()).isTrue();
			assertThat(audit.get("deadLetters").longValue()).isZero();
			assertThat(audit.get("conflictingDuplicates").longValue()).isZero();
		});
	}

	private static void compare(String call, JsonNode event, Map<String, JsonNode> bill) {
		JsonNode billed = bill.get(call);
		String status = event.get("status").stringValue();
		if (billed == null) {
			assertThat(UNBILLED).as("not billed: " + event).contains(status);
		}
		else if (event.get("usageSource").stringValue().equals("provider")) {
			assertThat(event.get("inputTokens").longValue()).as("input of " + event)
				.isEqualTo(billed.get("inputTokens").longValue());
			assertThat(event.get("outputTokens").longValue()).as("output of " + event)
				.isEqualTo(billed.get("outputTokens").longValue());
		}
		else {
			assertThat(status).as("estimated: " + event).isNotEqualTo("completed");
		}
	}

	/** The summaries come from aggregates; they must say what the events say. */
	private void awaitSums(Map<String, JsonNode> ledger) {
		for (Tallygate.User user : this.users) {
			List<JsonNode> events = new ArrayList<>();
			for (JsonNode event : ledger.values()) {
				if (event.get("userId").stringValue().equals(user.id())) {
					events.add(event);
				}
			}
			long cost = events.stream().mapToLong((event) -> event.path("costNanos").asLong(0)).sum();
			JsonNode summary = user.at(this.tallygate, Service.METERING).get("/api/users/me/usage/summary");
			assertThat(summary.get("totalCostNanos").longValue()).isEqualTo(cost);
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(user.at(this.tallygate, Service.BUDGET)
					.get("/api/users/me/budget")
					.get("spentNanos")
					.longValue()).isEqualTo(cost));
		}
	}

}
