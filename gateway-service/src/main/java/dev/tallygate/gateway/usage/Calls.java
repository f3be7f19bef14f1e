package dev.tallygate.gateway.usage;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The one way to make a call: admission and the spool's {@code opened} in one step. A
 * route has no other way to an {@link OpenCall}, and no relay without one.
 */
public interface Calls {

	/**
	 * Admits and opens a call. May wait up to two seconds for other calls of the user to
	 * release what they hold of the budget; never waits for Kafka.
	 */
	Begin begin(CallRequest request);

	/**
	 * Notes that the same prompt came again and again and was stopped; told once a day
	 * for each key.
	 * @param key null for a caller with a JWT
	 * @param count how often it came
	 */
	void repeating(UserId user, @Nullable ApiKeyId key, int count);

	/**
	 * Notes that a provider did not take the operator's key; told once a day for each
	 * provider.
	 */
	void systemKeyRefused(String provider);

	/** What became of the wish to call. */
	sealed interface Begin {

	}

	/**
	 * The call is open and must be ended.
	 *
	 * @param call the open call
	 */
	record Begun(OpenCall call) implements Begin {

	}

	/**
	 * The call must not be made; nothing is open.
	 *
	 * @param refusal why
	 */
	record Refused(Refusal refusal) implements Begin {

	}

}
