package dev.tallygate.security.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CachedIntrospectionTests {

	private final Map<String, IntrospectionOutcome> known = new ConcurrentHashMap<>();

	private final AtomicInteger loads = new AtomicInteger();

	private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

	private final AtomicReference<Duration> passed = new AtomicReference<>(Duration.ZERO);

	private final AtomicReference<@Nullable Runnable> whileLoading = new AtomicReference<>();

	private final CachedIntrospection cache = new CachedIntrospection(this::look, IntrospectionProperties.defaults(),
			((InstantSource) () -> START.plus(this.passed.get())).withZone(ZoneOffset.UTC),
			() -> this.passed.get().toNanos());

	private IntrospectionOutcome look(String token) {
		this.loads.incrementAndGet();
		IntrospectionOutcome outcome = this.known.getOrDefault(token, new Inactive());
		Runnable meanwhile = this.whileLoading.get();
		if (meanwhile != null) {
			meanwhile.run();
		}
		return outcome;
	}

	@Test
	void asksOnceAndNotAgainFor30SecondsHoweverOftenItIsUsed() {
		String key = issue(null);
		for (int i = 0; i < 30; i++) {
			assertThat(this.cache.introspect(key)).isInstanceOf(Active.class);
			pass(Duration.ofMillis(999));
		}
		assertThat(this.loads).hasValue(1);
		pass(Duration.ofMillis(31));
		this.cache.introspect(key);
		assertThat(this.loads).hasValue(2);
	}

	@Test
	void forgetsABadTokenAfter2Seconds() {
		String key = ApiKeyFormat.generate(KeyType.DEV);
		assertThat(this.cache.introspect(key)).isInstanceOf(Inactive.class);
		pass(Duration.ofMillis(1999));
		this.cache.introspect(key);
		assertThat(this.loads).hasValue(1);
		pass(Duration.ofMillis(2));
		this.cache.introspect(key);
		assertThat(this.loads).hasValue(2);
	}

	@Test
	void believesNoTokenPastItsOwnEnd() {
		String key = issue(START.plusSeconds(5));
		assertThat(this.cache.introspect(key)).isInstanceOf(Active.class);
		pass(Duration.ofMillis(4999));
		assertThat(this.cache.introspect(key)).isInstanceOf(Active.class);
		this.known.clear();
		pass(Duration.ofMillis(1));
		assertThat(this.cache.introspect(key)).isInstanceOf(Inactive.class);
	}

	@Test
	void looksUpNothingThatIsMalformed() {
		String key = ApiKeyFormat.generate(KeyType.PROD);
		for (String token : List.of("", " ", "tg_dev_x", key + "0", key.substring(1) + "é", "tg_prod_" + "0".repeat(46),
				"a".repeat(9000))) {
			assertThat(this.cache.introspect(token)).isInstanceOf(Inactive.class);
		}
		assertThat(this.loads).hasValue(0);
	}

	@Test
	void remembersNoTrouble() {
		String key = issue(null);
		this.known.put(key, new Unavailable());
		assertThat(this.cache.introspect(key)).isInstanceOf(Unavailable.class);
		issueAs(key, null);
		assertThat(this.cache.introspect(key)).isInstanceOf(Active.class);
	}

	@Test
	void forgetsAKeyAUserOrAllAtOnce() {
		String key = issue(null);
		String other = issue(null);
		Caller caller = callerOf(key);
		for (Runnable invalidation : List.<Runnable>of(() -> this.cache.invalidate(keyIdOf(caller)),
				() -> this.cache.invalidateUser(caller.userId()), this.cache::invalidateAll)) {
			this.cache.introspect(key);
			this.cache.introspect(other);
			this.known.remove(key);
			invalidation.run();
			assertThat(this.cache.introspect(key)).isInstanceOf(Inactive.class);
			assertThat(this.cache.introspect(other)).isInstanceOf(Active.class);
			this.known.put(key, new Active(caller));
			this.cache.invalidateAll();
		}
	}

	@Test
	void remembersNoLoadBegunBeforeAnInvalidation() {
		String key = issue(null);
		Caller caller = callerOf(key);
		this.whileLoading.set(() -> {
			this.known.remove(key);
			this.cache.invalidate(keyIdOf(caller));
		});
		assertThat(this.cache.introspect(key)).isInstanceOf(Active.class);
		this.whileLoading.set(null);
		assertThat(this.cache.introspect(key)).isInstanceOf(Inactive.class);
	}

	@Test
	void remembersALoadDuringWhichOnlyOthersWereInvalidated() {
		String key = issue(null);
		this.whileLoading.set(() -> this.cache.invalidate(new ApiKeyId(UuidV7.next())));
		this.cache.introspect(key);
		this.cache.introspect(key);
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void asksOnceForManyThatAskAtTheSameTime() throws Exception {
		String key = issue(null);
		CountDownLatch asking = new CountDownLatch(1);
		this.whileLoading.set(() -> await(asking));
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<IntrospectionOutcome>> answers = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				answers.add(executor.submit(() -> this.cache.introspect(key)));
			}
			asking.countDown();
			for (Future<IntrospectionOutcome> answer : answers) {
				assertThat(answer.get()).isInstanceOf(Active.class);
			}
		}
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void neverTakesOneTokenForAnother() {
		int tokens = Integer.getInteger("introspection.tokens", 50_000);
		CachedIntrospection all = new CachedIntrospection(
				(token) -> new Active(
						new Caller(UserId.parse(token.substring(21, 57)), null, null, Role.MEMBER, null, null)),
				IntrospectionProperties.defaults());
		String prefix = "twenty-characters-...";
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < tokens; i++) {
				UserId user = new UserId(new java.util.UUID(0x7000L, 0x8000_0000_0000_0000L | i));
				IntrospectionOutcome outcome = all.introspect(prefix + user + "-and-twenty-more-----");
				assertThat(((Active) outcome).caller().userId()).isEqualTo(user);
			}
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private String issue(@Nullable Instant expiresAt) {
		String key = ApiKeyFormat.generate(KeyType.DEV);
		issueAs(key, expiresAt);
		return key;
	}

	private void issueAs(String key, @Nullable Instant expiresAt) {
		this.known.put(key, new Active(new Caller(new UserId(UuidV7.next()), new ApiKeyId(UuidV7.next()), KeyType.DEV,
				Role.MEMBER, null, expiresAt)));
	}

	private Caller callerOf(String key) {
		return (this.known.get(key) instanceof Active(Caller caller)) ? caller : unknown();
	}

	private static Caller unknown() {
		throw new IllegalStateException("unknown key");
	}

	private static ApiKeyId keyIdOf(Caller caller) {
		return java.util.Objects.requireNonNull(caller.apiKeyId());
	}

	private void pass(Duration duration) {
		this.passed.updateAndGet((before) -> before.plus(duration));
	}

}
