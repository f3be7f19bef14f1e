package dev.tallygate.console.budget;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.security.secret.Secret;

/**
 * What calls hold that are open at the gateways, as the one that is asked tells it.
 *
 * @param openCalls how many
 * @param heldNanos the most they may still cost this month
 * @param silentGateways how many gateways have not said of late what is open there
 */
public record OpenCalls(int openCalls, long heldNanos, int silentGateways) {

	/** Where the gateway does not say. */
	public static final OpenCalls NONE = new OpenCalls(0, 0, 0);

	/** Asks the gateway; the page says the rest without it. */
	public static OpenCalls of(ServiceClient services, Secret key) {
		return (services.get(Service.GATEWAY, key, OpenCalls.class,
				"/api/users/me/open-calls") instanceof Answer.Given<OpenCalls>(OpenCalls open)) ? open : NONE;
	}

}
