package dev.tallygate.gateway.pricing;

import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;

/**
 * Looks every few seconds whether the operator's price file has changed.
 */
final class PricesReload extends BackgroundLoop {

	private final PricesInForce prices;

	private final Duration interval;

	PricesReload(PricesInForce prices, Duration interval) {
		super("prices-reload", Duration.ofSeconds(1), Duration.ofMinutes(1));
		this.prices = prices;
		this.interval = interval;
	}

	@Override
	protected void work() throws InterruptedException {
		this.prices.refresh();
		succeeded();
		pause(this.interval);
	}

}
