package dev.tallygate.keys.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the audit log are asked for.
 *
 * @param user whose; null for everyone's
 * @param action only this one; null for all
 * @param reveals whether with those of provider keys that gateways wanted, which are most
 */
record AuditFilter(@Nullable UUID user, @Nullable String action, boolean reveals) {

	/** In words that the index of all but reveals is found by. */
	String condition() {
		return this.reveals ? "" : " AND action <> '" + AuditAction.PROVIDER_KEY_REVEALED.wireName() + "'";
	}

}
