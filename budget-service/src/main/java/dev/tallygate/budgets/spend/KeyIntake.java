package dev.tallygate.budgets.spend;

import dev.tallygate.budgets.known.OwnedKeys;
import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.messaging.IntakeHandler;
import dev.tallygate.messaging.Received;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Follows which API keys are whose.
 */
@Component
class KeyIntake implements IntakeHandler {

	private final OwnedKeys keys;

	KeyIntake(OwnedKeys keys) {
		this.keys = keys;
	}

	@Override
	public int handle(List<Received> batch) {
		this.keys.learn(batch.stream()
			.map((received) -> received.event().data())
			.filter(ApiKeyEvent.class::isInstance)
			.map(ApiKeyEvent.class::cast)
			.toList());
		return 0;
	}

}
