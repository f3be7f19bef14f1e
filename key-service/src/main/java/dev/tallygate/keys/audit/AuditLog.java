package dev.tallygate.keys.audit;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.owner.OwnerRemoval;
import dev.tallygate.keys.owner.Params;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes the audit log. An entry commits with what it tells of: without the entry, no
 * change and no secret. Entries of one user are in one chain, in order. They stay when
 * the user goes; the user's network addresses do not.
 */
@Component
public class AuditLog implements OwnerRemoval {

	static final int CHAINS = 8;

	/** Names the advisory locks of the chains among others. */
	private static final int LOCKS = 0x7A11_A0D1;

	private static final String HEAD = "SELECT seq, hash FROM audit_entry WHERE chain = ? ORDER BY seq DESC LIMIT 1";

	private static final String INSERT = """
			INSERT INTO audit_entry (chain, seq, at, action, outcome, actor_user_id, actor_key_id, actor_service,
			    user_id, key_id, provider, version, address, change_hash, event_id, occurred_at, subject, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

	private final JdbcClient jdbc;

	private final AuditKey key;

	private final Clock clock;

	AuditLog(JdbcClient jdbc, AuditKey key, Clock clock) {
		this.jdbc = jdbc;
		this.key = key;
		this.clock = clock;
	}

	/**
	 * Appends an entry, but not what another service has told before. Call it last in the
	 * transaction, for it holds a lock to the end.
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public void append(AuditEvent event) {
		int chain = chainOf(event);
		// Before the chain, in the order of whoever removes a person.
		String address = isThere(event.person()) ? event.actor().address() : null;
		this.jdbc.sql("SELECT pg_advisory_xact_lock(?, ?)").params(Params.of(LOCKS, chain)).query((result) -> {
		});
		if (event.origin() != null && isKnown(event.origin().id())) {
			return;
		}
		Head head = head(chain);
		SaltedAddress salted = (address != null) ? SaltedAddress.of(address) : null;
		SaltedChange change = (event.change() != null) ? SaltedChange.of(event.change()) : null;
		AuditEntry entry = AuditEntry.of(chain, head.seq() + 1, this.clock.instant(), event, salted, change);
		insert(entry, new AuditChain(this.key.get()).next(head.hash(), entry));
		if (salted != null) {
			insert(entry, salted);
		}
		if (change != null) {
			insert(entry, change);
		}
	}

	/**
	 * Whether the person is still there whose address it is, and keeps it there: removing
	 * a person waits for this transaction, and then removes what it has written.
	 */
	private boolean isThere(@Nullable UserId person) {
		return person != null && this.jdbc.sql("SELECT 1 FROM app_user WHERE id = ? FOR KEY SHARE")
			.param(person.value())
			.query(Integer.class)
			.optional()
			.isPresent();
	}

	/** Told twice, it is of the same user and so of this chain, which is locked. */
	private boolean isKnown(UUID event) {
		return this.jdbc.sql("SELECT count(*) FROM audit_entry WHERE event_id = ?")
			.param(event)
			.query(Integer.class)
			.single() > 0;
	}

	/** The newest entry of a chain. */
	Head head(int chain) {
		return this.jdbc.sql(HEAD).param(chain).query(Head::read).optional().orElse(Head.NONE);
	}

	private void insert(AuditEntry entry, byte[] hash) {
		this.jdbc.sql(INSERT)
			.params(Params.of(entry.chain(), entry.seq(), Timestamp.from(entry.at()), entry.action(), entry.outcome(),
					entry.actorUserId(), entry.actorKeyId(), entry.actorService(), entry.userId(), entry.keyId(),
					entry.provider(), entry.version(), entry.chainedAddress(), entry.changeHash(), entry.eventId(),
					(entry.occurredAt() != null) ? Timestamp.from(entry.occurredAt()) : null, entry.subject(), hash))
			.update();
	}

	private void insert(AuditEntry entry, SaltedAddress address) {
		this.jdbc.sql("INSERT INTO audit_address (chain, seq, person, salt, address) VALUES (?, ?, ?, ?, ?)")
			.params(Params.of(entry.chain(), entry.seq(), entry.person(), address.salt(), address.address()))
			.update();
	}

	private void insert(AuditEntry entry, SaltedChange change) {
		this.jdbc
			.sql("INSERT INTO audit_change (chain, seq, person, salt, old_value, new_value) VALUES (?, ?, ?, ?, ?, ?)")
			.params(Params.of(entry.chain(), entry.seq(), change.change().personal() ? entry.userId() : null,
					change.salt(), change.change().oldValue(), change.change().newValue()))
			.update();
	}

	@Override
	@Transactional(propagation = Propagation.MANDATORY)
	public void remove(UserId user) {
		this.jdbc.sql("DELETE FROM audit_address WHERE person = ?").param(user.value()).update();
		this.jdbc.sql("DELETE FROM audit_change WHERE person = ?").param(user.value()).update();
	}

	private static int chainOf(AuditEvent event) {
		UUID id = (event.user() != null) ? event.user().value() : new UUID(0, 0);
		return Math.floorMod(id.hashCode(), CHAINS);
	}

	/**
	 * One page of entries, newest first.
	 * @param filter which
	 * @param before the position of the last entry seen; null to begin
	 */
	List<AuditEntry> find(AuditFilter filter, @Nullable Position before, int limit) {
		Position from = (before != null) ? before : Position.NEWEST;
		return this.jdbc.sql("""
				SELECT entry.*, beside.address AS clear_address, change.old_value, change.new_value
				FROM audit_entry entry LEFT JOIN audit_address beside USING (chain, seq)
				LEFT JOIN audit_change change USING (chain, seq)
				WHERE (:user::uuid IS NULL OR user_id = :user) AND (:action::text IS NULL OR action = :action)%s
				  AND (at, chain, seq) < (timestamptz 'epoch' + :micros * interval '1 microsecond', :chain, :seq)
				ORDER BY at DESC, chain DESC, seq DESC LIMIT :limit""".formatted(filter.condition()))
			.param("user", filter.user())
			.param("action", filter.action())
			.param("micros", from.micros())
			.param("chain", from.chain())
			.param("seq", from.seq())
			.param("limit", limit)
			.query(AuditLog::read)
			.list();
	}

	static AuditEntry read(ResultSet row, int number) throws SQLException {
		String chained = row.getString("address");
		String beside = row.getString("clear_address");
		boolean isHash = chained == null || chained.length() == SaltedAddress.HASH_LENGTH;
		return new AuditEntry(row.getInt("chain"), row.getLong("seq"), row.getTimestamp("at").toInstant(),
				row.getString("action"), row.getString("outcome"), row.getObject("actor_user_id", UUID.class),
				row.getObject("actor_key_id", UUID.class), row.getString("actor_service"),
				row.getObject("user_id", UUID.class), row.getObject("key_id", UUID.class), row.getString("provider"),
				row.getObject("version", Long.class), isHash ? beside : chained, chained,
				row.getObject("event_id", UUID.class), instant(row.getTimestamp("occurred_at")),
				row.getString("subject"), row.getString("old_value"), row.getString("new_value"),
				row.getString("change_hash"));
	}

	private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
		return (timestamp != null) ? timestamp.toInstant() : null;
	}

	/**
	 * Where in the list a page begins.
	 */
	record Position(long micros, int chain, long seq) {

		/** Later than anything: the year 9999. */
		static final Position NEWEST = new Position(253_000_000_000_000_000L, Short.MAX_VALUE, Long.MAX_VALUE);

		static Position parse(List<String> parts) {
			long micros = Long.parseLong(parts.get(0));
			if (parts.size() != 3 || micros < 0 || micros > NEWEST.micros()) {
				throw new IllegalArgumentException("a time that no entry has");
			}
			return new Position(micros, Short.parseShort(parts.get(1)), Long.parseLong(parts.get(2)));
		}

	}

	/**
	 * The newest entry of a chain.
	 */
	// Bytes are compared nowhere.
	@SuppressWarnings("ArrayRecordComponent")
	record Head(long seq, byte[] hash) {

		static final Head NONE = new Head(0, AuditChain.beginning());

		static Head read(ResultSet row, int number) throws SQLException {
			return new Head(row.getLong("seq"), row.getBytes("hash"));
		}

	}

}
