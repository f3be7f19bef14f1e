package dev.tallygate.keys.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tallygate.events.UserId;
import dev.tallygate.security.paging.Cursor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * @param eventId of the service that decided it, where that is another
 * @param occurredAt when it was decided there
 * @param subject to what, where no id says it
 * @param oldValue what was before; null also when that has gone with the person
 * @param newValue what was after
 * @param changeHash what is chained of the two
 */
record AuditEntry(int chain, long seq, Instant at, String action, String outcome, @Nullable UUID actorUserId,
		@Nullable UUID actorKeyId, @Nullable String actorService, @Nullable UUID userId, @Nullable UUID keyId,
		@Nullable String provider, @Nullable Long version, @Nullable String address,
		@JsonIgnore @Nullable String chainedAddress, @Nullable UUID eventId, @Nullable Instant occurredAt,
		@Nullable String subject, @JsonProperty("old") @JsonRawValue @Nullable String oldValue,
		@JsonProperty("new") @JsonRawValue @Nullable String newValue, @JsonIgnore @Nullable String changeHash) {

	static AuditEntry of(int chain, long seq, Instant at, AuditEvent event, @Nullable SaltedAddress address,
			@Nullable SaltedChange change) {
		Actor actor = event.actor();
		AuditEvent.Origin origin = event.origin();
		return new AuditEntry(chain, seq, at.truncatedTo(ChronoUnit.MICROS), event.action(), event.outcome(),
				valueOf(actor.user()), (actor.key() != null) ? actor.key().value() : null, actor.service(),
				valueOf(event.user()), event.key(), event.provider(), event.version(),
				(address != null) ? address.address() : null, (address != null) ? address.hash() : null,
				(origin != null) ? origin.id() : null,
				(origin != null) ? origin.at().truncatedTo(ChronoUnit.MICROS) : null,
				(origin != null) ? origin.subject() : null, (change != null) ? change.change().oldValue() : null,
				(change != null) ? change.change().newValue() : null, (change != null) ? change.hash() : null);
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

	/**
	 * The later columns are hashed where there is one of them: entries from before they
	 * came have the bytes that they had then.
	 */
	private List<@Nullable Object> columns() {
		List<@Nullable Object> columns = new ArrayList<@Nullable Object>(Arrays.<@Nullable Object>asList(this.chain,
				this.seq, micros(this.at), this.action, this.outcome, this.actorUserId, this.actorKeyId,
				this.actorService, this.userId, this.keyId, this.provider, this.version, this.chainedAddress));
		if (this.changeHash != null || this.eventId != null) {
			columns.addAll(Arrays.<@Nullable Object>asList(this.changeHash, this.eventId,
					(this.occurredAt != null) ? micros(this.occurredAt) : null, this.subject));
		}
		return columns;
	}

	/**
	 * Whose the address is: who acted or, where nobody was known yet, who was acted on.
	 */
	@Nullable UUID person() {
		return (this.actorUserId != null) ? this.actorUserId : this.userId;
	}

	private static long micros(Instant instant) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
	}

	Cursor cursor() {
		return Cursor.of(micros(this.at), this.chain, this.seq);
	}

}
