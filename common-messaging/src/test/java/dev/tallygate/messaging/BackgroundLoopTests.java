package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
