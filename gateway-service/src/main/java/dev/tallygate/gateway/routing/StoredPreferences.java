package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import java.util.Optional;

/**
 * Preferences as the database has them, asked for only where a call depends on them.
 *
 * @param agents users' agents
 * @param settings users' settings
 */
record StoredPreferences(AgentStore agents, SettingsStore settings) implements Preferences {

	@Override
	public Optional<Agent> agent(UserId user, String idOrName) {
		return this.agents.find(user, idOrName);
	}

	@Override
	public Optional<String> preferredModel(UserId user) {
		return this.settings.preferredModel(user);
	}

}
