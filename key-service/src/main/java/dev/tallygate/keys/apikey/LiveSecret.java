package dev.tallygate.keys.apikey;

import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.NewestFirst;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A secret of a key that may still be presented, without the secret.
 *
 * @param id by which it can be ended
 * @param keyPrefix its first 12 characters; null where nobody knows them any more
 * @param createdAt when it was made
 * @param diesAt when it dies by itself, which was replaced; null for the current one
 * @param current whether it is the one that the last rotation, or the first issue, made
 */
record LiveSecret(UUID id, @Nullable String keyPrefix, Instant createdAt, @Nullable Instant diesAt, boolean current) {

	Cursor cursor() {
		return NewestFirst.after(this.createdAt, this.id);
	}

}
