package dev.tallygate.system;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.launcher.Service;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * Many callers with one key and one hard budget, who call any gateway, and again until
 * they are told to stop.
 */
final class Crowd implements AutoCloseable {

	/** What one call costs at most: 980 tokens out of gpt-4o and a few in. */
	private static final long CALL_NANOS = 10_000_000;

	private final String name;

	private final Tallygate.User user;

	private final Api budgets;

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger cut = new AtomicInteger();

	private final AtomicInteger refused = new AtomicInteger();

	private final AtomicInteger later = new AtomicInteger();

	private final AtomicInteger unavailable = new AtomicInteger();

	private final AtomicInteger broken = new AtomicInteger();

	private final Queue<String> phantoms = new ConcurrentLinkedQueue<>();

	private final List<Thread> callers = new ArrayList<>();

	/** The most that a refusal said was spent. */
	private final AtomicLong mostSpent = new AtomicLong();

	/** Whether the calls are such that may begin while anything is left. */
	private final boolean openEnded;

	private int limitCents;

	private Crowd(String name, Tallygate.User user, Api budgets, boolean openEnded) {
		this.name = name;
		this.user = user;
		this.budgets = budgets;
		this.openEnded = openEnded;
	}

	/**
	 * So many callers; nothing is allowed to them yet.
	 * @param more the rest of the request's body
	 */
	static Crowd of(String name, Tallygate tallygate, GatewayFleet gateways, int callers, String more) {
		Tallygate.User user = tallygate.newUser();
		Crowd crowd = new Crowd(name, user, user.at(tallygate, Service.BUDGET), more.isEmpty());
		crowd.raise(0);
		List<Api> apis = gateways.urls().stream().map((url) -> new Api(url, user.key())).toList();
		apis.forEach(Crowd::awaitNothingAllowed);
		for (int i = 0; i < callers; i++) {
			int first = i;
			String directives = "delay=1ms output=" + ((i % 2 == 0) ? 980 : 300);
			crowd.callers.add(Thread.ofVirtual().start(() -> crowd.call(apis, first, directives, more)));
		}
		return crowd;
	}

	/** Whoever has no status at a gateway yet has no limit there. */
	private static void awaitNothingAllowed(Api gateway) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> gateway
				.send("POST", "/v1/chat/completions", Prompt.body("gpt-4o-mini", "output=1", ",\"max_tokens\":1"))
				.statusCode() == 402);
	}

	private void call(List<Api> gateways, int first, String directives, String more) {
		for (int i = first; !this.stopped.get(); i++) {
			String body = Prompt.body("gpt-4o", directives, more);
			try {
				take(gateways.get(i % gateways.size()).send("POST", "/v1/chat/completions", body));
			}
			catch (UncheckedIOException ex) {
				this.broken.incrementAndGet();
				pause(200);
			}
		}
	}

	private void take(HttpResponse<String> response) {
		switch (response.statusCode()) {
			case 200 -> (response.body().contains("budget_exceeded") ? this.cut : this.answered).incrementAndGet();
			case 402 -> refused(response);
			default -> {
				this.unavailable.incrementAndGet();
				pause(500);
			}
		}
	}

	private void refused(HttpResponse<String> response) {
		if (response.headers().firstValue("x-should-retry").orElse("").equals("true")) {
			this.later.incrementAndGet();
			pause(300);
			return;
		}
		this.refused.incrementAndGet();
		JsonNode error = Api.JSON.readTree(response.body()).get("error");
		long left = error.get("leftNanos").longValue();
		long needed = this.openEnded ? 1 : error.get("neededNanos").longValue();
		if (needed <= left) {
			this.phantoms.add(error.toString());
		}
		this.mostSpent.accumulateAndGet(error.get("spentNanos").longValue(), Math::max);
		pause(2000);
	}

	private static void pause(int most) {
		try {
			Thread.sleep(ThreadLocalRandom.current().nextInt(most / 2, most));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	Tallygate.User user() {
		return this.user;
	}

	void raise(int cents) {
		this.limitCents += cents;
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.ignoreExceptions()
			.until(() -> this.budgets
				.send("PATCH", "/api/users/me/budget", "{\"monthlyBudgetCents\":" + this.limitCents + "}")
				.statusCode() == 200);
	}

	/** Waits until so little is left that not even one call fits. */
	void awaitUsedUp(Duration most) {
		Awaitility.await()
			.atMost(most)
			.pollInterval(Duration.ofMillis(200))
			.ignoreExceptions()
			.until(() -> over() > -CALL_NANOS);
	}

	/** How much more is counted than is allowed, in nano-USD. */
	long over() {
		return spent() - NanoUsd.ofCents(this.limitCents).value();
	}

	/** What is counted, in nano-USD. */
	long spent() {
		return this.budgets.get("/api/users/me/budget").get("spentNanos").longValue();
	}

	/** The most that a caller was told to have been spent, in nano-USD. */
	long mostSpent() {
		return this.mostSpent.get();
	}

	/** Refusals for good of calls that would have fit. */
	List<String> phantoms() {
		return List.copyOf(this.phantoms);
	}

	String summary() {
		return String.format(
				"%s: %d callers, limit %,d, spent %,d, over %,d nano-USD; %d answered, %d cut, %d refused for good, "
						+ "%d of them phantoms, %d told to try again, %d unavailable, %d broken",
				this.name, this.callers.size(), NanoUsd.ofCents(this.limitCents).value(), spent(), Math.max(0, over()),
				this.answered.get(), this.cut.get(), this.refused.get(), this.phantoms.size(), this.later.get(),
				this.unavailable.get(), this.broken.get());
	}

	/** Lets the calls that are open end. */
	void stop() {
		this.stopped.set(true);
		try {
			for (Thread caller : this.callers) {
				caller.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		stop();
	}

}
