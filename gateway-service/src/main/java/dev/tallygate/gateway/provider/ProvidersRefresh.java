package dev.tallygate.gateway.provider;

import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;
import java.util.List;

/**
 * Asks for the providers from the start on, so that no caller has to wait for the list
 * and whoever listens knows them before the first call.
 */
final class ProvidersRefresh extends BackgroundLoop {

	private final Providers providers;

	private final List<ProviderListener> listeners;

	private final Duration every;

	ProvidersRefresh(Providers providers, List<ProviderListener> listeners, Duration every) {
		super("providers-refresh", Duration.ofMillis(500), every);
		this.providers = providers;
		this.listeners = listeners;
		this.every = every;
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			List<Provider> configured = this.providers.all();
			this.listeners.forEach((listener) -> listener.configured(configured));
			succeeded();
			pause(this.every);
		}
	}

}
