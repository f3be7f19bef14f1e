package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(120)
class BackgroundLoopTests {

	private static final Duration LONG = Duration.ofHours(1);

	private final AtomicInteger calls = new AtomicInteger();

	private BackgroundLoop loop = loop(LONG, () -> {
	});

	@AfterEach
	void stop() {
		this.loop.stop();
	}

	@Test
	void worksAgainAfterEveryFailure() {
		this.loop = loop(Duration.ofMillis(1), () -> {
			throw new IllegalStateException("unexpected");
		});
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() >= 3);
	}

	@Test
	void worksAgainAfterAnError() {
		this.loop = loop(Duration.ofMillis(1), () -> {
			throw new StackOverflowError("unexpected");
		});
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() >= 3);
		assertThat(this.loop.isDead()).isFalse();
		assertThat(this.loop.failures()).isGreaterThanOrEqualTo(2);
	}

	@Test
	void worksOnAfterAStrayInterrupt() {
		this.loop = loop(LONG, () -> {
			if (this.calls.get() < 3) {
				Thread.currentThread().interrupt();
			}
			this.loop.pause(LONG);
		});
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() == 3);
		assertThat(this.loop.isDead()).isFalse();
	}

	@Test
	void isReportedWhenItsThreadIsGone() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		BackgroundLoops loops = new BackgroundLoops(
				new StaticListableBeanFactory().getBeanProvider(BackgroundLoop.class), registry);
		try (DeadLoop dead = DeadLoop.among(loops)) {
			assertThat(loops.dead()).containsExactly(dead.name());
			assertThat(registry.get("tallygate.loop.failures").functionCounter().count()).isOne();
			assertThat(registry.get("tallygate.loop.alive").tag("loop", dead.name()).gauge().value()).isZero();
			assertThat(new MessagingHealth("dead", loops::dead).health().getStatus()).isEqualTo(Status.DOWN);
		}
		assertThat(loops.dead()).isEmpty();
	}

	@Test
	void begunAndEndedWithWhatTheThreadMustFindAndLeave() {
		List<String> order = new CopyOnWriteArrayList<>();
		BackgroundLoop ordered = new BackgroundLoop("ordered", LONG, LONG) {

			@Override
			protected void starting() {
				order.add("starting");
			}

			@Override
			protected void work() throws InterruptedException {
				order.add("work");
				pause(LONG);
			}

			@Override
			protected void stopped() {
				order.add("stopped");
			}

		};
		ordered.stop();
		ordered.start();
		Awaitility.await().until(() -> order.contains("work"));
		ordered.stop();
		ordered.stop();
		assertThat(order).containsExactly("starting", "work", "stopped");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysOnceThatItFailsAgainAndAgainAndOnceThatItWorks(CapturedOutput output) {
		this.loop = loop(Duration.ofMillis(1), () -> {
			if (this.calls.get() < 50) {
				throw new IllegalStateException("budget-service is away");
			}
			this.loop.succeeded();
			this.loop.pause(LONG);
		});
		this.loop.start();
		Awaitility.await().until(() -> output.getAll().contains("test loop works again after 49 failures"));
		assertThat(output.getAll()).containsOnlyOnce("test loop waits:");
		assertThat(this.loop.failures()).isEqualTo(49);
	}

	@Test
	void isWokenFromItsPauseAndKeepsAWakeThatCameEarly() {
		this.loop = loop(LONG, () -> this.loop.pause(LONG));
		this.loop.wake();
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() == 2);
		this.loop.wake();
		Awaitility.await().until(() -> this.calls.get() == 3);
	}

	@Test
	void isNotWokenAfterAFailure() {
		AtomicBoolean paused = new AtomicBoolean();
		this.loop = loop(Duration.ofMillis(1), () -> {
			this.loop.wake();
			this.loop.backOff();
			this.loop.pause(LONG);
			paused.set(true);
			this.loop.pause(LONG);
		});
		this.loop.start();
		// The wake outlives the pause after the failure and ends the one after it.
		Awaitility.await().untilTrue(paused);
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void letsWhatIsUnderWayFinishWhenStopped() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		AtomicBoolean finished = new AtomicBoolean();
		this.loop = loop(LONG, () -> {
			begun.countDown();
			this.loop.pause(LONG);
			finished.set(true);
		});
		this.loop.start();
		begun.await();
		this.loop.stop();
		assertThat(finished).isTrue();
		assertThat(this.loop.isRunning()).isFalse();
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void stopsAtOnceWhileItWaitsAfterAFailure() {
		this.loop = loop(LONG, () -> {
			throw new IllegalStateException("away");
		});
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() == 1);
		this.loop.stop();
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void runsOnceHoweverOftenItIsStarted() {
		this.loop = loop(LONG, () -> this.loop.pause(LONG));
		this.loop.start();
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() == 1);
		this.loop.stop();
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void startsAgainAfterAStop() {
		this.loop = loop(LONG, () -> this.loop.pause(LONG));
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() == 1);
		this.loop.stop();
		this.loop.start();
		Awaitility.await().until(() -> this.calls.get() == 2);
	}

	private BackgroundLoop loop(Duration retryDelay, Work work) {
		return new BackgroundLoop("test loop", retryDelay, retryDelay) {

			@Override
			protected void work() throws Exception {
				BackgroundLoopTests.this.calls.incrementAndGet();
				work.run();
			}

		};
	}

	private interface Work {

		void run() throws Exception;

	}

}
