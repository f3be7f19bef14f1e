package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.access.KeyWatcher;

/**
 * Removes what users have set as soon as they are deleted. The topic is read from its
 * beginning at every start, so what one gateway could not remove another, or the next
 * start, does.
 *
 * @param agents users' agents and settings
 */
record UserRemoval(AgentStore agents) implements KeyWatcher {

	@Override
	public void deleted(UserId user) {
		this.agents.forget(user);
	}

}
