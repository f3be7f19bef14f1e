package dev.tallygate.gateway.completion.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.provider.Origin;
import dev.tallygate.gateway.provider.PauseProperties;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When a provider is worth asking again that takes no more calls of a key for a model,
 * and does not say when it will: soon at first, and later with every refusal that comes
 * after such a wait. Nobody is kept from asking: another call may well be small enough.
 */
final class Pauses {

	private static final Duration FORGOTTEN = Duration.ofMinutes(2);

	private static final int MAX_KNOWN = 10_000;

	private final PauseProperties properties;

	private final LongSupplier nanos;

	private final Cache<Scope, Row> rows;

	Pauses(PauseProperties properties) {
		this(properties, System::nanoTime);
	}

	Pauses(PauseProperties properties, LongSupplier nanos) {
		this.properties = properties;
		this.nanos = nanos;
		this.rows = Caffeine.newBuilder()
			.maximumSize(MAX_KNOWN)
			.expireAfterWrite(FORGOTTEN)
			.ticker(nanos::getAsLong)
			.executor(Runnable::run)
			.build();
	}

	/** Whoever has no key of their own shares one. */
	private record Scope(Origin origin, @Nullable UUID key, String model) {

		static Scope of(ProviderAccess access, String model) {
			return new Scope(access.origin(), access.credentialId(), model);
		}

	}

	/** Refusals without a success in between. */
	private record Row(Duration pause, long lastAt) {

	}

	/** What the clock says when an attempt begins. */
	long now() {
		return this.nanos.getAsLong();
	}

	/**
	 * A call was refused. Of those that were on their way together the first one counts:
	 * a crowd is no longer row than one call.
	 * @param startedAt when it was sent
	 * @return when to ask again, from now on
	 */
	Duration refused(ProviderAccess access, String model, long startedAt) {
		Row row = this.rows.asMap().compute(Scope.of(access, model), (scope, before) -> {
			if (before == null) {
				return new Row(this.properties.first(), now());
			}
			return (startedAt - before.lastAt() < 0) ? before : new Row(longer(before.pause()), now());
		});
		return row.pause();
	}

	private Duration longer(Duration pause) {
		Duration twice = pause.multipliedBy(2);
		return (twice.compareTo(this.properties.longest()) < 0) ? twice : this.properties.longest();
	}

	/** A call was taken, which ends the row unless one was refused since. */
	void taken(ProviderAccess access, String model, long startedAt) {
		if (this.rows.estimatedSize() > 0) {
			this.rows.asMap()
				.computeIfPresent(Scope.of(access, model), (scope, row) -> (startedAt - row.lastAt() < 0) ? row : null);
		}
	}

}
