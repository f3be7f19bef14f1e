package dev.tallygate.gateway.access;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.security.caller.TokenDigest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Provider keys, remembered for seconds. An entry belongs to one presented token and one
 * provider, lives absolutely and is dropped as soon as an event concerns its user. One
 * look-up per entry is under way at a time. An entry and the look-up that fills it are
 * the same object, so a look-up begun before an invalidation falls with it and is not
 * remembered.
 */
public final class ProviderKeys implements Watch.Watched {

	private static final long SWEEP_NANOS = 1_000_000_000L;

	private final RevealSource source;

	private final KeyServiceProperties properties;

	private final Map<UserId, Map<EntryId, Entry>> byUser = new ConcurrentHashMap<>();

	private long sweptAt = System.nanoTime();

	/**
	 * Remembers what a source releases.
	 */
	public ProviderKeys(RevealSource source, KeyServiceProperties properties) {
		this.source = source;
		this.properties = properties;
	}

	/**
	 * The key that the bearer of a token may use with a provider.
	 * @param user who the token is known to belong to
	 * @param token what the caller presented
	 * @param provider configured name of the provider
	 */
	public Reveal find(UserId user, String token, String provider) {
		Map<EntryId, Entry> entries = this.byUser.get(user);
		if (entries == null) {
			entries = this.byUser.computeIfAbsent(user, (key) -> new ConcurrentHashMap<>());
		}
		EntryId id = new EntryId(TokenDigest.of(token), provider);
		Entry entry = entries.get(id);
		if (entry != null && entry.isOver(System.nanoTime())) {
			entries.remove(id, entry);
			entry = null;
		}
		return (entry != null) ? entry.outcome() : load(entries, id, token, provider);
	}

	private Reveal load(Map<EntryId, Entry> entries, EntryId id, String token, String provider) {
		Entry mine = new Entry();
		Entry other = entries.putIfAbsent(id, mine);
		if (other != null) {
			return other.outcome();
		}
		boolean kept = false;
		try {
			RevealSource.Answer answer = this.source.reveal(token, provider);
			kept = mine.fill(answer, this.properties);
			return answer.reveal();
		}
		finally {
			if (!kept) {
				entries.remove(id, mine);
				mine.fail();
			}
		}
	}

	/** Drops everything of a user. */
	public void invalidate(UserId user) {
		this.byUser.remove(user);
	}

	/** Drops everything. */
	public void invalidateAll() {
		this.byUser.clear();
	}

	@Override
	public void check(long nanos) {
		if (nanos - this.sweptAt < SWEEP_NANOS) {
			return;
		}
		this.sweptAt = nanos;
		this.byUser.forEach((user, entries) -> {
			entries.values().removeIf((entry) -> entry.isOver(nanos));
			if (entries.isEmpty()) {
				this.byUser.remove(user, entries);
			}
		});
	}

	/** One answer of key-service, under way or here. */
	private static final class Entry {

		private final CompletableFuture<Reveal> outcome = new CompletableFuture<>();

		/** Only to be read when the outcome is there. */
		private long over;

		/** Whether it may be remembered. */
		boolean fill(RevealSource.Answer answer, KeyServiceProperties properties) {
			Duration life = switch (answer.reveal()) {
				case Reveal.Released released -> shorter(answer.life(), properties.keyTtl());
				case Reveal.Missing missing -> properties.absentTtl();
				case Reveal.Rejected rejected -> properties.absentTtl();
				case Reveal.OriginChanged changed -> properties.absentTtl();
				case Reveal.Undecryptable undecryptable -> properties.absentTtl();
				case Reveal.NotAuthenticated nobody -> Duration.ZERO;
				case Reveal.Unavailable unavailable -> Duration.ZERO;
			};
			this.over = System.nanoTime() + life.toNanos();
			this.outcome.complete(answer.reveal());
			return life.isPositive();
		}

		void fail() {
			this.over = System.nanoTime();
			this.outcome.complete(new Reveal.Unavailable());
		}

		Reveal outcome() {
			return this.outcome.join();
		}

		boolean isOver(long nanos) {
			return this.outcome.isDone() && nanos - this.over >= 0;
		}

		private static Duration shorter(Duration one, Duration other) {
			return (one.compareTo(other) < 0) ? one : other;
		}

	}

	/** For whom, at which provider. */
	private record EntryId(TokenDigest token, String provider) {

	}

}
