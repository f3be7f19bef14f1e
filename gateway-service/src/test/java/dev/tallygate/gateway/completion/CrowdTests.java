package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.simulator.BillRow;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Many callers at once, on every road, who leave at any moment or are far more than there
 * is room for: each call is settled once and as the provider saw it.
 */
class CrowdTests {

	private static final List<Road> ROADS = List.of(Road.values());

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** Each leaves after so many bytes, within an event as well as between two. */
	@Test
	void aCallerMayLeaveAtAnyByte() throws Exception {
		int leaves = Integer.getInteger("tallygate.test.leaves", 140);
		long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
		Random random = new Random(seed);
		try (TestGateway gateway = TestGateway.start()) {
			List<Thread> callers = new ArrayList<>();
			Queue<Exception> failures = new ConcurrentLinkedQueue<>();
			for (int i = 0; i < leaves; i++) {
				Road road = ROADS.get(i % ROADS.size());
				int bytes = random.nextInt(1, 6000);
				callers.add(Thread.ofVirtual().start(() -> leave(gateway, road, bytes, failures)));
			}
			for (Thread caller : callers) {
				caller.join();
			}

			await().atMost(PATIENCE)
				.until(() -> gateway.calls.open() == 0 && gateway.simulator.bill().open().isEmpty());
			assertThat(failures).as("seed %d", seed).isEmpty();
			assertThat(gateway.calls.settled()).as("seed %d", seed)
				.hasSize(leaves)
				.allMatch(CrowdTests::leftOrWasServed);
			Map<String, BillRow> bill = byId(gateway);
			for (UsageSettled settled : gateway.calls.settled()) {
				BillRow billed = bill.get(settled.callId().toString());
				if (billed == null) {
					assertThat(settled.outputTokens()).as("nothing was made").isIn(null, 0L);
				}
				else if (settled.usageSource() == UsageSource.PROVIDER) {
					assertThat(settled.outputTokens()).isEqualTo(billed.outputTokens());
				}
				else {
					assertThat(settled.outputTokens()).as("seed %d: no more than was made", seed)
						.isBetween(0L, billed.outputTokens());
				}
			}
		}
	}

	/** Ten times as many callers as connections to the provider. */
	@Test
	void whoIsTooManyIsToldSoAndTheOthersAreServed() throws Exception {
		int room = 12;
		try (TestGateway gateway = TestGateway.with().maxConnections(room).start()) {
			int times = Integer.getInteger("tallygate.test.overload", 5);
			Crowd few = Crowd.of(gateway, room, times);
			await().atMost(PATIENCE)
				.until(() -> gateway.calls.open() == 0 && gateway.simulator.bill().open().isEmpty());
			gateway.calls.clear();
			gateway.simulator.bill().clear();
			Crowd many = Crowd.of(gateway, 10 * room, times);
			await().atMost(PATIENCE).until(() -> gateway.calls.open() == 0);
			Collection<HttpResponse<String>> answers = many.answers.keySet();
			System.out.println(room + " callers: " + few + "; " + 10 * room + " callers: " + many);

			assertThat(few.failures).isEmpty();
			assertThat(many.failures).isEmpty();
			assertThat(answers).hasSize(10 * room * times).allSatisfy((answer) -> {
				assertThat(answer.statusCode()).isIn(200, 503);
				if (answer.statusCode() == 503) {
					assertThat(answer.body()).contains("\"code\":\"overloaded\"");
					assertThat(answer.headers().firstValue("retry-after")).isPresent();
				}
			});
			long served = answers.stream().filter((answer) -> answer.statusCode() == 200).count();
			assertThat(served).as("whoever found room").isGreaterThanOrEqualTo(room);
			assertThat(answers.size() - served).as("it was too much").isPositive();
			assertThat(gateway.calls.settled()).hasSize((int) served);
			assertThat(gateway.calls.voided()).isEqualTo(answers.size() - (int) served);
			assertThat(gateway.calls.settled().stream().mapToLong(UsageSettled::outputTokens).sum())
				.isEqualTo(gateway.simulator.bill().billed().stream().mapToLong(BillRow::outputTokens).sum());

			for (Road road : Road.values()) {
				assertThat(gateway.post(road.path, road.ask("after [[sim: output=3]]", "")).statusCode()).as("%s", road)
					.isEqualTo(200);
			}
		}
	}

	private static void leave(TestGateway gateway, Road road, int bytes, Queue<Exception> failures) {
		try (Wire wire = Wire.post(gateway, road.path,
				road.ask("one [[sim: output=60 delay=5ms]]", ",\"stream\":true"))) {
			wire.readBytes(bytes);
		}
		catch (IOException ex) {
			failures.add(ex);
		}
	}

	/** Callers who call at the same time, each so many times. */
	private static final class Crowd {

		/** What they got, and after how many milliseconds. */
		private final Map<HttpResponse<String>, Long> answers = new ConcurrentHashMap<>();

		private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

		private double seconds;

		static Crowd of(TestGateway gateway, int callers, int times) throws InterruptedException {
			Crowd crowd = new Crowd();
			List<Thread> threads = new ArrayList<>();
			long began = System.nanoTime();
			for (int i = 0; i < callers; i++) {
				Road road = ROADS.get(i % ROADS.size());
				threads.add(Thread.ofVirtual().start(() -> crowd.ask(gateway, road, times)));
			}
			for (Thread thread : threads) {
				thread.join();
			}
			crowd.seconds = (System.nanoTime() - began) / 1e9;
			return crowd;
		}

		/** Whoever is refused comes again far sooner than it is told to. */
		private void ask(TestGateway gateway, Road road, int times) {
			try {
				for (int i = 0; i < times; i++) {
					long began = System.nanoTime();
					HttpResponse<String> answer = gateway.post(road.path,
							road.ask("one [[sim: output=5 delay=10ms]]", ""));
					this.answers.put(answer, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
					if (answer.statusCode() == 503) {
						Thread.sleep(100);
					}
				}
			}
			catch (Exception ex) {
				this.failures.add(ex);
			}
		}

		@Override
		public String toString() {
			List<Long> refusals = this.answers.entrySet()
				.stream()
				.filter((each) -> each.getKey().statusCode() == 503)
				.map(Map.Entry::getValue)
				.sorted()
				.toList();
			String served = "%.0f served a second".formatted((this.answers.size() - refusals.size()) / this.seconds);
			return refusals.isEmpty() ? served
					: served + ", %d refused after %d ms, 99 %% within %d ms".formatted(refusals.size(),
							refusals.get(refusals.size() / 2), refusals.get(refusals.size() * 99 / 100));
		}

	}

	/**
	 * On a machine that is busy enough some find no connection to the provider in time.
	 */
	private static boolean leftOrWasServed(UsageSettled call) {
		return switch (call.status()) {
			case CLIENT_DISCONNECTED, COMPLETED -> true;
			case FAILED -> call.attempts() == 0;
			default -> false;
		};
	}

	private static Map<String, BillRow> byId(TestGateway gateway) {
		return gateway.simulator.bill()
			.billed()
			.stream()
			.collect(Collectors.toMap(BillRow::requestId, Function.identity(), (one, other) -> one));
	}

}
