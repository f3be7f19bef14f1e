package dev.tallygate.keys.user;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.owner.Params;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.paging.NewestFirst;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table {@code app_user}.
 */
@Component
class UserRows {

	private final JdbcClient jdbc;

	UserRows(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** Adds a user; false when the email or subject is taken, or the id. */
	boolean insert(User user, @Nullable Subject subject) {
		return this.jdbc.sql("""
				INSERT INTO app_user (id, email, display_name, role, issuer, subject, created_at, version)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""")
			.params(Params.of(user.id().value(), user.email(), user.displayName(), wireName(user.role()),
					(subject != null) ? subject.issuer() : null, (subject != null) ? subject.name() : null,
					Timestamp.from(user.createdAt()), user.version()))
			.update() == 1;
	}

	/**
	 * Changes a user's fields; throws a duplicate key exception when the email is taken.
	 */
	void update(User user) {
		this.jdbc.sql("UPDATE app_user SET email = ?, display_name = ?, role = ?, version = ? WHERE id = ?")
			.params(Params.of(user.email(), user.displayName(), wireName(user.role()), user.version(),
					user.id().value()))
			.update();
	}

	void remove(UserId user) {
		this.jdbc.sql("DELETE FROM app_user WHERE id = ?").param(user.value()).update();
	}

	Optional<User> find(UserId user) {
		return this.jdbc.sql("SELECT * FROM app_user WHERE id = ?")
			.param(user.value())
			.query(UserRows::read)
			.optional();
	}

	Optional<User> find(Subject subject) {
		return this.jdbc.sql("SELECT * FROM app_user WHERE issuer = ? AND subject = ?")
			.params(Params.of(subject.issuer(), subject.name()))
			.query(UserRows::read)
			.optional();
	}

	Optional<Subject> subjectOf(UserId user) {
		return this.jdbc.sql("SELECT issuer, subject FROM app_user WHERE id = ? AND issuer IS NOT NULL")
			.param(user.value())
			.query((row, number) -> new Subject(row.getString(1), row.getString(2)))
			.optional();
	}

	/** Newest first. */
	List<User> page(@Nullable NewestFirst before, int limit) {
		NewestFirst from = (before != null) ? before : NewestFirst.BEGINNING;
		return this.jdbc.sql("""
				SELECT * FROM app_user WHERE (created_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid))
				ORDER BY created_at DESC, id DESC LIMIT :limit""")
			.param("at", from.createdAt().toString())
			.param("id", from.id())
			.param("limit", limit)
			.query(UserRows::read)
			.list();
	}

	/** Keeps when a token of the person was seen, to the hour. */
	void seen(UserId user, Instant now) {
		this.jdbc
			.sql("""
					UPDATE app_user SET last_seen_at = :now
					WHERE id = :id AND (last_seen_at IS NULL OR last_seen_at < CAST(:now AS timestamptz) - interval '1 hour')""")
			.param("now", Timestamp.from(now))
			.param("id", user.value())
			.update();
	}

	/** Whether no newer token has given a role; this one's has then. */
	boolean claimRole(UserId user, Instant issuedAt) {
		return this.jdbc.sql("""
				UPDATE app_user SET role_claimed_at = :at
				WHERE id = :id AND (role_claimed_at IS NULL OR role_claimed_at <= :at)""")
			.param("at", Timestamp.from(issuedAt))
			.param("id", user.value())
			.update() == 1;
	}

	/** A token says what is known, so that no older one says otherwise. */
	void confirmRole(UserId user, Instant issuedAt) {
		this.jdbc.sql("""
				UPDATE app_user SET role_claimed_at = :at
				WHERE id = :id AND (role_claimed_at IS NULL OR role_claimed_at < :at)""")
			.param("at", Timestamp.from(issuedAt))
			.param("id", user.value())
			.update();
	}

	/** People of an issuer with keys that hold, of whom no token was seen since then. */
	List<UserId> unseenSince(Instant then, int limit) {
		return this.jdbc.sql("""
				SELECT id FROM app_user WHERE issuer IS NOT NULL AND last_seen_at < ?
				AND EXISTS (SELECT 1 FROM api_key WHERE user_id = app_user.id AND revoked_at IS NULL)
				ORDER BY last_seen_at LIMIT ?""")
			.params(Params.of(Timestamp.from(then), limit))
			.query((row, number) -> new UserId(row.getObject(1, UUID.class)))
			.list();
	}

	void departed(Subject subject, Instant at) {
		this.jdbc.sql("""
				INSERT INTO departed_subject (subject_hash, departed_at) VALUES (?, ?)
				ON CONFLICT (subject_hash) DO UPDATE SET departed_at = excluded.departed_at""")
			.params(Params.of(subject.hash(), Timestamp.from(at)))
			.update();
	}

	Optional<Instant> departedAt(Subject subject) {
		return this.jdbc.sql("SELECT departed_at FROM departed_subject WHERE subject_hash = ?")
			.param(subject.hash())
			.query(Timestamp.class)
			.optional()
			.map(Timestamp::toInstant);
	}

	private static User read(ResultSet row, int number) throws SQLException {
		return new User(new UserId(row.getObject("id", UUID.class)), row.getString("email"),
				row.getString("display_name"), Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
				row.getTimestamp("created_at").toInstant(), row.getLong("version"));
	}

	private static String wireName(Role role) {
		return role.name().toLowerCase(Locale.ROOT);
	}

}
