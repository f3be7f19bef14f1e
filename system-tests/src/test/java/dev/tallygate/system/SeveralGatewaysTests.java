package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.launcher.Child;
import dev.tallygate.launcher.Ports;
import dev.tallygate.launcher.Service;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Several gateways beside each other, each with a spool of its own: what is decided once
 * is in effect at all of them.
 */
@ExtendWith(TallygateExtension.class)
class SeveralGatewaysTests {

	private static final int GATEWAYS = Integer.getInteger("tallygate.system.gateways", 2);

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private static final Duration GRACE = Duration.ofSeconds(40);

	/**
	 * What takes a second at most by contract; how long it takes is measured by
	 * {@code bench/p7.sh}, and a machine that builds beside this is slower.
	 */
	private static final Duration PROMPTLY = Duration.ofSeconds(10);

	@Test
	void heedARevokedKeyAndANewBudgetWithinASecond(Tallygate tallygate, @TempDir Path folder) throws Exception {
		List<String> urls = new ArrayList<>(List.of(tallygate.url(Service.GATEWAY)));
		List<Child> others = new ArrayList<>();
		try {
			for (int i = 1; i < GATEWAYS; i++) {
				Ports ports = Ports.free();
				others.add(tallygate.another(Service.GATEWAY, ports, Map.of("TALLYGATE_INSTANCE", "another-" + i,
						"TALLYGATE_SPOOL_DIRECTORY", folder.resolve("spool-" + i).toString())));
				urls.add(ports.url(Service.GATEWAY));
			}
			for (Child other : others) {
				other.start();
			}
			for (Child other : others) {
				other.awaitReady(PATIENCE);
			}
			Set<String> before = new HashSet<>(tallygate.books().bill(Set.of()).keySet());
			Tallygate.User user = tallygate.newUser();
			Api keys = user.at(tallygate, Service.KEYS);
			refuseARevokedKey(urls, keys);
			refuseWhenNothingIsAllowed(urls, user, user.at(tallygate, Service.BUDGET));
			tallygate.books(user).reconcile(before);
		}
		finally {
			others.forEach((other) -> other.stop(GRACE));
		}
	}

	private static void refuseARevokedKey(List<String> urls, Api keys) {
		JsonNode issued = keys.expect(201, "POST", "/api/users/me/keys", "{\"name\":\"to be revoked\"}");
		try (Callers callers = new Callers(urls, issued.get("secret").stringValue())) {
			Awaitility.await().atMost(PATIENCE).until(() -> callers.everyGatewayHasAnswered(200));
			keys.expect(204, "DELETE", "/api/users/me/keys/" + issued.get("id").stringValue(), "");
			long revoked = System.nanoTime();
			Awaitility.await().atMost(PATIENCE).until(() -> callers.everyGatewayHasAnswered(401));
			assertThat(callers.answers()).filteredOn((answer) -> answer.status() == 200)
				.allMatch((answer) -> answer.askedAt() - revoked < PROMPTLY.toNanos());
		}
	}

	private static void refuseWhenNothingIsAllowed(List<String> urls, Tallygate.User user, Api budgets) {
		try (Callers callers = new Callers(urls, user.key())) {
			Awaitility.await().atMost(PATIENCE).until(() -> callers.everyGatewayHasAnswered(200));
			budgets.expect(200, "PATCH", "/api/users/me/budget", "{\"monthlyBudgetCents\":0}");
			long limited = System.nanoTime();
			Awaitility.await().atMost(PATIENCE).until(() -> callers.everyGatewayHasAnswered(402));
			assertThat(callers.answers()).filteredOn((answer) -> answer.status() == 200)
				.allMatch((answer) -> answer.askedAt() - limited < PROMPTLY.toNanos());
		}
	}

	/**
	 * What a gateway said to a call.
	 *
	 * @param askedAt when the call was sent, in nanoseconds of no particular origin
	 */
	private record Answer(String gateway, int status, long askedAt) {

	}

	/**
	 * One caller per gateway that calls and calls with the same key.
	 */
	private static final class Callers implements AutoCloseable {

		private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

		private final AtomicBoolean stopped = new AtomicBoolean();

		private final List<Thread> threads = new ArrayList<>();

		private final List<String> urls;

		Callers(List<String> urls, String key) {
			this.urls = urls;
			for (String url : urls) {
				this.threads.add(Thread.ofVirtual().start(() -> call(url, new Api(url, key))));
			}
		}

		private void call(String url, Api gateway) {
			String body = Prompt.body("gpt-4o-mini", "input=10 output=2", "");
			while (!this.stopped.get()) {
				long askedAt = System.nanoTime();
				HttpResponse<String> response = gateway.send("POST", "/v1/chat/completions", body);
				this.answers.add(new Answer(url, response.statusCode(), askedAt));
			}
		}

		boolean everyGatewayHasAnswered(int status) {
			return this.urls.stream()
				.allMatch((url) -> this.answers.stream()
					.anyMatch((answer) -> answer.gateway().equals(url) && answer.status() == status));
		}

		List<Answer> answers() {
			return List.copyOf(this.answers);
		}

		@Override
		public void close() {
			this.stopped.set(true);
			try {
				for (Thread thread : this.threads) {
					thread.join();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
