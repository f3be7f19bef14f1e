package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What decides which limits an amount counts against.
 *
 * @param day the day it counts in, in the time zone of the user's budget
 * @param utcDay the same in UTC, by which billing cycles go
 * @param system whether the operator's provider key pays
 * @param apiKey the caller's key; null for a caller without one
 */
record Kind(LocalDate day, LocalDate utcDay, boolean system, @Nullable ApiKeyId apiKey) {

	static Kind of(LocalDate day, Instant at, Credential credential, @Nullable ApiKeyId apiKey) {
		return new Kind(day, LocalDate.ofInstant(at, ZoneOffset.UTC), credential == Credential.SYSTEM, apiKey);
	}

}
