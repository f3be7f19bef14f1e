package dev.tallygate.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatGuardTests {

	private final AtomicLong clock = new AtomicLong();

	private final RepeatGuard guard = new RepeatGuard(
			new GuardProperties(20, Duration.ofMinutes(1), 100, 100, Duration.ofSeconds(10)), this.clock::get);

	@Test
	void takesAPromptTwentyTimesAMinuteAndNotMore() {
		for (int i = 0; i < 20; i++) {
			assertThat(came("key", "hello").tooOften()).isFalse();
		}
		RepeatGuard.Seen seen = came("key", "hello");
		assertThat(seen.tooOften()).isTrue();
		assertThat(seen.count()).isEqualTo(21);
		assertThat(seen.left()).isEqualTo(Duration.ofMinutes(1));
		assertThat(came("key", "hello!").tooOften()).isFalse();
		assertThat(came("other", "hello").tooOften()).isFalse();
		this.clock.addAndGet(Duration.ofSeconds(61).toNanos());
		assertThat(came("key", "hello").tooOften()).isFalse();
	}

	@Test
	void countsOneRefusalOfAPrompt() {
		assertThat(came("key", "hello").firstRefusal()).isTrue();
		assertThat(came("key", "hello").firstRefusal()).isFalse();
		assertThat(came("key", "bye").firstRefusal()).isTrue();
	}

	@Test
	void canBeSwitchedOff() {
		RepeatGuard off = new RepeatGuard(
				new GuardProperties(0, Duration.ofMinutes(1), 100, 100, Duration.ofSeconds(10)));
		for (int i = 0; i < 100; i++) {
			assertThat(off.came("key", new byte[] { 1 }, 1).tooOften()).isFalse();
		}
	}

	private RepeatGuard.Seen came(String key, String prompt) {
		byte[] body = prompt.getBytes(StandardCharsets.UTF_8);
		return this.guard.came(key, body, body.length);
	}

}
