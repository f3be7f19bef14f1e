package dev.tallygate.keys.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tallygate.events.UserId;
import dev.tallygate.security.paging.Cursor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit log.
 *
 * @param chain which chain
 * @param seq its place there, gapless from 1
 * @param at when, to the microsecond
 * @param action what
 * @param outcome {@code done}, or the code of the refusal
 * @param actorUserId who; null for a service
 * @param actorKeyId with which API key
 * @param actorService by which service
 * @param userId whose keys
 * @param keyId which key or record
 * @param provider of a provider key
 * @param version of the key after it
 * @param address from where; null also when that has gone with the person
 * @param chainedAddress what is chained of it: its salted hash, or the address itself in
 * entries from before there were salts
 */
record AuditEntry(int chain, long seq, Instant at, String action, String outcome, @Nullable UUID actorUserId,
		@Nullable UUID actorKeyId, @Nullable String actorService, @Nullable UUID userId, @Nullable UUID keyId,
		@Nullable String provider, @Nullable Long version, @Nullable String address,
		@JsonIgnore @Nullable String chainedAddress) {

	static AuditEntry of(int chain, long seq, Instant at, AuditEvent event, @Nullable SaltedAddress address) {
		Actor actor = event.actor();
		return new AuditEntry(chain, seq, at.truncatedTo(ChronoUnit.MICROS), event.action().wireName(), event.outcome(),
				valueOf(actor.user()), (actor.key() != null) ? actor.key().value() : null, actor.service(),
				valueOf(event.user()), event.key(), event.provider(), event.version(), actor.address(),
				(address != null) ? address.hash() : null);
	}

	private static @Nullable UUID valueOf(@Nullable UserId user) {
		return (user != null) ? user.value() : null;
	}

	/**
	 * What is hashed: every column as a presence byte, a length and its text, so that no
	 * two entries have the same bytes.
	 */
	byte[] canonical() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			for (@Nullable
			Object column : columns()) {
				out.writeBoolean(column != null);
				byte[] text = String.valueOf(column).getBytes(StandardCharsets.UTF_8);
				out.writeInt(text.length);
				out.write(text);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private @Nullable Object[] columns() {
		return new @Nullable Object[] { this.chain, this.seq, micros(), this.action, this.outcome, this.actorUserId,
				this.actorKeyId, this.actorService, this.userId, this.keyId, this.provider, this.version,
				this.chainedAddress };
	}

	/**
	 * Whose the address is: who acted or, where nobody was known yet, who was acted on.
	 */
	@Nullable UUID person() {
		return (this.actorUserId != null) ? this.actorUserId : this.userId;
	}

	private long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, this.at);
	}

	Cursor cursor() {
		return Cursor.of(micros(), this.chain, this.seq);
	}

}
