package dev.tallygate.keys.audit;

import javax.crypto.SecretKey;

/**
 * Provides the key of the audit chain, which outlives every master key.
 */
public interface AuditKey {

	/**
	 * The key; made at the first start.
	 */
	SecretKey get();

}
