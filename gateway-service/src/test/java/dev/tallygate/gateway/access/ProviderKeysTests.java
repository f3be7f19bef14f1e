package dev.tallygate.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.provider.Dialect;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ProviderKeysTests {

	private static final UserId USER = new UserId(UuidV7.next());

	private final AtomicInteger loads = new AtomicInteger();

	@Test
	void asksOnceAndThenRemembers() {
		ProviderKeys keys = keys(Duration.ofSeconds(30), this::released);

		assertThat(keys.find(USER, "token", "openai")).isInstanceOf(Reveal.Released.class);
		assertThat(keys.find(USER, "token", "openai")).isInstanceOf(Reveal.Released.class);
		assertThat(this.loads).hasValue(1);
		keys.find(USER, "token", "manus");
		keys.find(USER, "another token", "openai");
		assertThat(this.loads).hasValue(3);
	}

	@Test
	void remembersAbsolutelyAndNotLonger() {
		ProviderKeys keys = keys(Duration.ofMillis(200), this::released);
		keys.find(USER, "token", "openai");

		Awaitility.await().until(() -> {
			keys.find(USER, "token", "openai");
			return this.loads.get() > 1;
		});
	}

	@Test
	void forgetsWhatAnEventConcerns() {
		ProviderKeys keys = keys(Duration.ofSeconds(30), this::released);
		keys.find(USER, "token", "openai");

		keys.invalidate(USER);
		keys.find(USER, "token", "openai");

		assertThat(this.loads).hasValue(2);
	}

	@Test
	void doesNotRememberALookUpBegunBeforeAnInvalidation() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		ProviderKeys keys = keys(Duration.ofSeconds(30), () -> {
			begun.countDown();
			await(goOn);
			return released();
		});
		Thread slow = Thread.ofVirtual().start(() -> keys.find(USER, "token", "openai"));
		begun.await();
		keys.invalidate(USER);
		goOn.countDown();
		slow.join();

		keys.find(USER, "token", "openai");

		assertThat(this.loads).hasValue(2);
	}

	@Test
	void manyWhoAskAtOnceCostOneLookUp() throws Exception {
		CountDownLatch goOn = new CountDownLatch(1);
		ProviderKeys keys = keys(Duration.ofSeconds(30), () -> {
			await(goOn);
			return released();
		});
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			callers.add(Thread.ofVirtual().start(() -> keys.find(USER, "token", "openai")));
		}
		goOn.countDown();
		for (Thread caller : callers) {
			caller.join();
		}

		assertThat(this.loads).hasValue(1);
	}

	@Test
	void doesNotRememberThatKeyServiceWasAway() {
		ProviderKeys keys = keys(Duration.ofSeconds(30), () -> {
			this.loads.incrementAndGet();
			return RevealSource.Answer.of(new Reveal.Unavailable());
		});

		keys.find(USER, "token", "openai");
		keys.find(USER, "token", "openai");

		assertThat(this.loads).hasValue(2);
	}

	private RevealSource.Answer released() {
		this.loads.incrementAndGet();
		return new RevealSource.Answer(new Reveal.Released(ProviderAccess.at(URI.create("http://127.0.0.1:1/v1/"),
				Credential.NONE, null, Dialect.OPENAI, null, 1)), Duration.ofSeconds(30));
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static ProviderKeys keys(Duration ttl, Answers answers) {
		return new ProviderKeys((token, provider) -> answers.next(),
				new KeyServiceProperties(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(1), Duration.ofSeconds(1),
						ttl, Duration.ofSeconds(2), Duration.ofSeconds(1)));
	}

	private interface Answers {

		RevealSource.Answer next();

	}

}
