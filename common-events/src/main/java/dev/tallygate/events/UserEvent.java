package dev.tallygate.events;

import java.time.Instant;

/**
 * Who came and went. Carries no personal data.
 */
public sealed interface UserEvent extends EventData {

	/** When the user signed up. */
	Instant createdAt();

	/** Grows with every change of this user. */
	long version();

	/** Signed up or was created. */
	record Registered(UserId userId, Instant createdAt, long version) implements UserEvent {

	}

	/** Something that others should look up again has changed, such as the role. */
	record Changed(UserId userId, Instant createdAt, long version) implements UserEvent {

	}

	/** Gone, with keys, secrets and personal data. */
	record Deleted(UserId userId, Instant createdAt, long version) implements UserEvent {

	}

}
