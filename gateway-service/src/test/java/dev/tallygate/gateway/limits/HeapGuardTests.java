package dev.tallygate.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class HeapGuardTests {

	private final AtomicBoolean full = new AtomicBoolean();

	private final AtomicInteger collections = new AtomicInteger();

	private final AtomicLong nanos = new AtomicLong(Duration.ofDays(7).toNanos());

	private final HeapGuard guard = new HeapGuard(this.full::get, this.collections::incrementAndGet,
			Duration.ofSeconds(10), this.nanos::get);

	@Test
	void hasAHeapThatStaysFullCollectedFromTimeToTime() {
		assertThat(this.guard.isFull()).isFalse();
		this.full.set(true);
		for (int second = 0; second < 35; second++) {
			assertThat(this.guard.isFull()).isTrue();
			assertThat(this.guard.isFull()).isTrue();
			this.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
		}
		assertThat(this.collections).hasValue(3);
	}

	@Test
	void asksTheHeapAFewTimesASecond() {
		AtomicInteger asked = new AtomicInteger();
		BooleanSupplier remembered = HeapGuard.remembered(() -> {
			asked.incrementAndGet();
			return this.full.get();
		}, this.nanos::get);
		this.full.set(true);
		for (int call = 0; call < 10; call++) {
			assertThat(remembered.getAsBoolean()).isTrue();
			this.nanos.addAndGet(Duration.ofMillis(9).toNanos());
		}
		this.full.set(false);
		this.nanos.addAndGet(Duration.ofMillis(10).toNanos());

		assertThat(remembered.getAsBoolean()).isFalse();
		assertThat(asked).hasValue(2);
	}

	@Test
	void collectsNothingOfAHeapThatHasRoom() {
		this.full.set(true);
		assertThat(this.guard.isFull()).isTrue();
		this.full.set(false);
		this.nanos.addAndGet(Duration.ofMinutes(1).toNanos());
		assertThat(this.guard.isFull()).isFalse();
		this.full.set(true);
		assertThat(this.guard.isFull()).isTrue();

		assertThat(this.collections).as("it is full anew").hasValue(0);
	}

}
