package dev.tallygate.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Notices that the same prompt comes from the same key again and again: an agent that
 * does not see that its answer came, or a loop around a call that cannot work.
 */
public final class RepeatGuard {

	private final GuardProperties properties;

	private final LongSupplier nanos;

	private final Cache<Prompt, Seen> seen;

	public RepeatGuard(GuardProperties properties) {
		this(properties, System::nanoTime);
	}

	RepeatGuard(GuardProperties properties, LongSupplier nanos) {
		this.properties = properties;
		this.nanos = nanos;
		this.seen = Caffeine.newBuilder()
			.maximumSize(properties.maxPrompts())
			.expireAfterWrite(properties.window())
			.ticker(nanos::getAsLong)
			// Waking another thread costs more than what there is to tidy up.
			.executor(Runnable::run)
			.build();
	}

	/**
	 * A prompt came.
	 * @param whose names the key
	 * @param body holds the request, from 0
	 * @param length how many bytes
	 */
	public Seen came(Object whose, byte[] body, int length) {
		if (this.properties.repeats() <= 0) {
			return new Seen(0, Duration.ZERO, 0, this.nanos);
		}
		Seen known = this.seen.get(Prompt.of(whose, body, length), (prompt) -> new Seen(this.properties.repeats(),
				this.properties.window(), this.nanos.getAsLong(), this.nanos));
		known.count.incrementAndGet();
		return known;
	}

	/**
	 * Two checksums of its bytes stand for a prompt: others of the same key do not have
	 * both by chance, and who makes one up on purpose only stops himself.
	 */
	private record Prompt(Object whose, long sums, int length) {

		static Prompt of(Object whose, byte[] body, int length) {
			CRC32 one = new CRC32();
			one.update(body, 0, length);
			CRC32C other = new CRC32C();
			other.update(body, 0, length);
			return new Prompt(whose, (one.getValue() << Integer.SIZE) | other.getValue(), length);
		}

	}

	/** How often a prompt came within its window. */
	public static final class Seen {

		private final AtomicInteger count = new AtomicInteger();

		private final AtomicInteger refusals = new AtomicInteger();

		private final int most;

		private final Duration window;

		private final long since;

		private final LongSupplier nanos;

		private Seen(int most, Duration window, long since, LongSupplier nanos) {
			this.most = most;
			this.window = window;
			this.since = since;
			this.nanos = nanos;
		}

		/** How often, this time included. */
		public int count() {
			return this.count.get();
		}

		/** Whether it came too often. */
		public boolean tooOften() {
			return this.most > 0 && this.count.get() > this.most;
		}

		/** Until it may come again. */
		public Duration left() {
			return this.window.minusNanos(this.nanos.getAsLong() - this.since);
		}

		/** Whether this is the first time that it is refused, for whatever reason. */
		public boolean firstRefusal() {
			return this.refusals.getAndIncrement() == 0;
		}

	}

}
