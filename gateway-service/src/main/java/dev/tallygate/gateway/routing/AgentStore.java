package dev.tallygate.gateway.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallygate.events.AgentId;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.access.KeyWatcher;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The agents in the database. Whoever asks has been checked to be the owner.
 */
class AgentStore implements KeyWatcher {

	private static final String COLUMNS = "id, name, preferred_model, created_at";

	/** Agents of at most so many are remembered. */
	private static final int MOST_REMEMBERED = 10_000;

	private final JdbcClient jdbc;

	/** How calls found agents of late. */
	private final Cache<Named, Agent> recent;

	/** An agent as its owner names it. */
	private record Named(UserId owner, String idOrName) {

	}

	/** What comes of a change. */
	enum Changed {

		/** It is done. */
		YES,
		/** Another agent has the name. */
		NAME_TAKEN,
		/** The agent was removed meanwhile. */
		GONE

	}

	/**
	 * Agents in this database.
	 * @param remember how long calls take one for what it was
	 */
	AgentStore(JdbcClient jdbc, Duration remember) {
		this.jdbc = jdbc;
		this.recent = Caffeine.newBuilder()
			.maximumSize(MOST_REMEMBERED)
			.expireAfterWrite(remember)
			.executor(Runnable::run)
			.build();
	}

	/**
	 * The same as {@link #find} for a call, which does not ask the database each time. An
	 * agent that is not there is looked for again: it may have been made at another
	 * gateway.
	 */
	Optional<Agent> ofCall(UserId owner, String idOrName) {
		Named named = new Named(owner, idOrName);
		Agent known = this.recent.getIfPresent(named);
		if (known != null) {
			return Optional.of(known);
		}
		Optional<Agent> found = find(owner, idOrName);
		found.ifPresent((agent) -> this.recent.put(named, agent));
		return found;
	}

	/** Whatever was changed, and by whichever of its names calls use it. */
	private void forget(UserId owner) {
		this.recent.asMap().keySet().removeIf((named) -> named.owner().equals(owner));
	}

	/** Adds an agent; empty when the name is taken. */
	Optional<Agent> add(UserId owner, String name, @Nullable String preferredModel) {
		Agent agent = new Agent(new AgentId(UuidV7.next()), name, preferredModel,
				Instant.ofEpochMilli(System.currentTimeMillis()));
		try {
			this.jdbc.sql("""
					INSERT INTO agent (id, user_id, name, preferred_model, created_at)
					VALUES (?, ?, ?, ?, ?)""")
				.param(agent.id().value())
				.param(owner.value())
				.param(name)
				.param(preferredModel)
				.param(agent.createdAt().atOffset(ZoneOffset.UTC))
				.update();
			return Optional.of(agent);
		}
		catch (DuplicateKeyException ex) {
			return Optional.empty();
		}
	}

	/** The owner's agents from the newest, at most {@code limit}. */
	List<Agent> list(UserId owner, @Nullable UUID before, int limit) {
		return this.jdbc
			.sql("SELECT " + COLUMNS + " FROM agent WHERE user_id = ? AND (?::uuid IS NULL OR id < ?::uuid)"
					+ " ORDER BY id DESC LIMIT ?")
			.param(owner.value())
			.param(before)
			.param(before)
			.param(limit)
			.query(AgentStore::agent)
			.list();
	}

	/** The owner's agent of this id or, when there is none, of this name. */
	Optional<Agent> find(UserId owner, String idOrName) {
		if (idOrName.indexOf('\0') >= 0) {
			return Optional.empty(); // No name has it, and PostgreSQL takes none.
		}
		Optional<Agent> byId = Agent.idIn(idOrName).flatMap((id) -> byId(owner, id));
		return byId.or(() -> this.jdbc.sql("SELECT " + COLUMNS + " FROM agent WHERE user_id = ? AND name = ?")
			.params(owner.value(), idOrName)
			.query(AgentStore::agent)
			.optional());
	}

	private Optional<Agent> byId(UserId owner, UUID id) {
		return this.jdbc.sql("SELECT " + COLUMNS + " FROM agent WHERE user_id = ? AND id = ?")
			.params(owner.value(), id)
			.query(AgentStore::agent)
			.optional();
	}

	/**
	 * Writes name and preferred model of an agent.
	 * @return what came of it
	 */
	Changed change(UserId owner, Agent agent) {
		try {
			int rows = this.jdbc.sql("UPDATE agent SET name = ?, preferred_model = ? WHERE user_id = ? AND id = ?")
				.param(agent.name())
				.param(agent.preferredModel())
				.param(owner.value())
				.param(agent.id().value())
				.update();
			forget(owner);
			return (rows > 0) ? Changed.YES : Changed.GONE;
		}
		catch (DuplicateKeyException ex) {
			return Changed.NAME_TAKEN;
		}
	}

	void remove(UserId owner, AgentId agent) {
		this.jdbc.sql("DELETE FROM agent WHERE user_id = ? AND id = ?").params(owner.value(), agent.value()).update();
		forget(owner);
	}

	@Override
	public void deleted(UserId owner) {
		this.jdbc.sql("DELETE FROM agent WHERE user_id = ?").param(owner.value()).update();
		forget(owner);
	}

	private static Agent agent(ResultSet row, int number) throws SQLException {
		return new Agent(new AgentId(row.getObject("id", UUID.class)), row.getString("name"),
				row.getString("preferred_model"), row.getObject("created_at", OffsetDateTime.class).toInstant());
	}

}
