package dev.tallygate.gateway.provider;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers as last heard of. Asked for again now and then; while key-service is away
 * the last answer holds.
 */
public final class RefreshedProviders implements Providers {

	private static final Logger LOG = LoggerFactory.getLogger(RefreshedProviders.class);

	private final ProviderSource source;

	private final long refreshNanos;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable List<Provider> known;

	private volatile long askedAt;

	/**
	 * Providers that were never asked for yet.
	 */
	public RefreshedProviders(ProviderSource source, UpstreamProperties properties) {
		this.source = source;
		this.refreshNanos = properties.providersRefresh().toNanos();
	}

	@Override
	public List<Provider> all() {
		List<Provider> providers = this.known;
		if (providers != null && System.nanoTime() - this.askedAt < this.refreshNanos) {
			return providers;
		}
		return (providers != null) ? refreshed(providers) : first();
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
			LOG.warn("The list of providers could not be refreshed: {}", ex.getMessage());
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
