package dev.tallygate.events;

import java.util.UUID;

/**
 * What became of a user's provider key. Never carries a secret or hash.
 */
public sealed interface ProviderKeyEvent extends EventData {

	/** The record's id; also the record key on the topic. */
	UUID keyId();

	/** Configured name of the provider. */
	String provider();

	/** Grows with every change of this key. */
	long version();

	/** Stored or replaced. */
	record Saved(UUID keyId, UserId userId, String provider, long version) implements ProviderKeyEvent {

	}

	/** Removed by its owner. */
	record Removed(UUID keyId, UserId userId, String provider, long version) implements ProviderKeyEvent {

	}

	/** The provider rejected it. */
	record Invalidated(UUID keyId, UserId userId, String provider, long version) implements ProviderKeyEvent {

	}

}
