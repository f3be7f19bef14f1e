package dev.tallygate.gateway.provider;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured providers, in configured order, as last heard of. Asked for again now
 * and then; while key-service is away the last answer holds.
 */
public final class Providers {

	private static final Logger logger = LoggerFactory.getLogger(Providers.class);

	private final ProviderSource source;

	private final long refreshNanos;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable List<Provider> known;

	private volatile long askedAt;

	/**
	 * Providers that were never asked for yet.
	 * @param source tells them
	 * @param refresh how often it is asked
	 */
	public Providers(ProviderSource source, Duration refresh) {
		this.source = source;
		this.refreshNanos = refresh.toNanos();
	}

	/**
	 * All of them.
	 * @throws ProvidersUnknownException when key-service has not said yet
	 */
	public List<Provider> all() {
		List<Provider> providers = this.known;
		if (providers != null && System.nanoTime() - this.askedAt < this.refreshNanos) {
			return providers;
		}
		return (providers != null) ? refreshed(providers) : first();
	}

	/**
	 * The one of this name, or null.
	 * @throws ProvidersUnknownException when key-service has not said yet
	 */
	public @Nullable Provider find(String name) {
		for (Provider provider : all()) {
			if (provider.name().equals(name)) {
				return provider;
			}
		}
		return null;
	}

	/** One caller asks, the others go on with what is known. */
	private List<Provider> refreshed(List<Provider> before) {
		if (!this.lock.tryLock()) {
			return before;
		}
		try {
			this.askedAt = System.nanoTime();
			List<Provider> now = List.copyOf(this.source.list());
			this.known = now;
			return now;
		}
		catch (IOException ex) {
			logger.warn("The list of providers could not be refreshed: {}", ex.getMessage());
			return before;
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Provider> first() {
		this.lock.lock();
		try {
			List<Provider> providers = this.known;
			if (providers == null) {
				providers = List.copyOf(this.source.list());
				this.askedAt = System.nanoTime();
				this.known = providers;
			}
			return providers;
		}
		catch (IOException ex) {
			throw new ProvidersUnknownException(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
