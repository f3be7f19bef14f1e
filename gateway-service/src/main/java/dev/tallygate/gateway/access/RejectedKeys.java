package dev.tallygate.gateway.access;

import java.util.UUID;
import java.util.function.ObjLongConsumer;

/**
 * Tells key-service which users' keys were rejected by their provider.
 */
public final class RejectedKeys {

	private final ObjLongConsumer<UUID> keyService;

	/**
	 * Tells whoever takes a credential's id and version.
	 */
	public RejectedKeys(ObjLongConsumer<UUID> keyService) {
		this.keyService = keyService;
	}

	/** Reports a key, without waiting for the answer. */
	public void report(ProviderAccess access) {
		UUID credentialId = access.credentialId();
		if (credentialId != null) {
			Thread.ofVirtual()
				.name("report-rejected-key")
				.start(() -> this.keyService.accept(credentialId, access.version()));
		}
	}

}
