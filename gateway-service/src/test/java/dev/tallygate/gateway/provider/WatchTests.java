package dev.tallygate.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.gateway.provider.UpstreamException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

/**
 * Deadlines while the clock is the test's.
 */
@Timeout(60)
class WatchTests {

	private static final long TICK = Duration.ofMillis(100).toNanos();

	private final Watch watch = new Watch();

	private final CountDownLatch asked = new CountDownLatch(1);

	private final CountDownLatch answers = new CountDownLatch(1);

	private long time = System.nanoTime();

	@Test
	void aProviderIsGivenTheTimeThereIs() throws Exception {
		try (StubProvider provider = provider(); UpstreamClient client = client()) {
			FutureTask<Integer> call = call(client, provider);

			pass(Duration.ofMillis(900));
			assertThat(call.isDone()).isFalse();
			pass(Duration.ofMillis(300));

			assertThatExceptionOfType(ExecutionException.class).isThrownBy(call::get)
				.havingCause()
				.isInstanceOfSatisfying(UpstreamException.class, (ex) -> assertThat(ex.kind()).isEqualTo(Kind.TIMEOUT));
		}
	}

	/** What it sent meanwhile could not be read. */
	@Test
	void noProviderIsBlamedForTheTimeInWhichNothingRanHere() throws Exception {
		try (StubProvider provider = provider(); UpstreamClient client = client()) {
			FutureTask<Integer> call = call(client, provider);

			this.time += Duration.ofSeconds(90).toNanos();
			this.watch.tick(this.time);
			pass(Duration.ofMillis(600));
			this.answers.countDown();

			assertThat(call.get()).isEqualTo(200);
		}
	}

	private void pass(Duration time) {
		for (long left = time.toNanos(); left > 0; left -= TICK) {
			this.time += TICK;
			this.watch.tick(this.time);
		}
	}

	private StubProvider provider() throws Exception {
		return new StubProvider((peer) -> {
			peer.readHead();
			this.asked.countDown();
			this.answers.await();
			peer.answer(200, "{}");
		});
	}

	private UpstreamClient client() throws Exception {
		this.watch.tick(this.time);
		return new UpstreamClient(
				new UpstreamProperties(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(1),
						Duration.ofMinutes(60), 100, Duration.ofSeconds(15), DataSize.ofMegabytes(1),
						DataSize.ofKilobytes(64), DataSize.ofKilobytes(16), 20, 3, Duration.ofSeconds(30),
						Duration.ofSeconds(20), DataSize.ofMegabytes(1)),
				this.watch, SSLContext.getDefault().getSocketFactory());
	}

	/** A streamed call that was sent. */
	private FutureTask<Integer> call(UpstreamClient client, StubProvider provider) throws InterruptedException {
		FutureTask<Integer> task = new FutureTask<>(() -> {
			try (UpstreamCall call = client.open(provider.origin())) {
				return call.exchange(new UpstreamRequest("GET", "/", List.of(), null, true));
			}
		});
		Thread.ofVirtual().start(task);
		this.asked.await();
		return task;
	}

}
