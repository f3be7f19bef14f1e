package dev.tallygate.keys.providerkey;

import dev.tallygate.messaging.BackgroundLoop;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Refreshes the tokens of connected accounts ahead of their end.
 */
@Component
class TokenRefresh extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(TokenRefresh.class);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private static final int BATCH = 100;

	private final Connections connections;

	private final ConnectProperties limits;

	TokenRefresh(Connections connections, ConnectProperties limits) {
		super("token-refresh", Duration.ofSeconds(1), LONGEST_PAUSE);
		this.connections = connections;
		this.limits = limits;
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			this.connections.removeEndedAttempts();
			List<UUID> due = this.connections.due(BATCH);
			for (UUID id : due) {
				if (isRunning()) {
					refresh(id);
				}
			}
			succeeded();
			pause(this.limits.refreshInterval());
		}
	}

	/** One that fails must not keep the others from it. */
	private void refresh(UUID id) {
		try {
			this.connections.refresh(id, null);
		}
		catch (RuntimeException ex) {
			logger.warn("A connected account could not be refreshed: {}", ex.getClass().getName());
		}
	}

}
