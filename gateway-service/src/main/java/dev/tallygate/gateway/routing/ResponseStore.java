package dev.tallygate.gateway.routing;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.access.KeyWatcher;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The responses that providers keep, in the database. One is forgotten a little after its
 * provider forgets it.
 */
class ResponseStore implements ResponseHomes, KeyWatcher {

	/** A name longer than this is none a provider gave. */
	private static final int MAX_LENGTH = 200;

	private final JdbcClient jdbc;

	ResponseStore(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** A size may be known before it is noted that there is a response. */
	@Override
	public void keep(String id, UserId owner, String provider, String model, @Nullable Long tokens) {
		if (id.length() <= MAX_LENGTH) {
			this.jdbc.sql("""
					INSERT INTO kept_response AS known (id, user_id, provider, model, tokens) VALUES (?, ?, ?, ?, ?)
					ON CONFLICT (user_id, id) DO UPDATE SET tokens = greatest(known.tokens, excluded.tokens)
					WHERE excluded.tokens IS NOT NULL""")
				.param(id)
				.param(owner.value())
				.param(provider)
				.param(model)
				.param(tokens)
				.update();
			this.jdbc.sql("""
					DELETE FROM kept_response WHERE (user_id, id) IN (SELECT user_id, id FROM kept_response
					WHERE created_at < now() - interval '35 days' LIMIT 2)""").update();
		}
	}

	@Override
	public void contains(String id, UserId owner, List<String> items, @Nullable Long outputTokens) {
		this.jdbc.sql("UPDATE kept_response SET items = ?, output_tokens = ? WHERE id = ? AND user_id = ?")
			.param(items.stream().filter(ResponseStore::isText).toArray(String[]::new))
			.param(outputTokens)
			.param(id)
			.param(owner.value())
			.update();
	}

	@Override
	public List<Items> having(Collection<String> items, UserId owner) {
		return this.jdbc
			.sql("SELECT provider, output_tokens, items FROM kept_response WHERE user_id = ? AND items && ?::text[]")
			.param(owner.value())
			.param(items.stream().filter(ResponseStore::isText).toArray(String[]::new))
			.query((row, number) -> new Items(row.getString("provider"), row.getObject("output_tokens", Long.class),
					List.of((String[]) row.getArray("items").getArray())))
			.list();
	}

	/** What the database can hold. */
	private static boolean isText(String name) {
		return name.indexOf(0) < 0;
	}

	@Override
	public Optional<Home> find(String id, UserId owner) {
		if (id.length() > MAX_LENGTH || id.indexOf(0) >= 0) {
			return Optional.empty();
		}
		return this.jdbc.sql("SELECT provider, model, tokens FROM kept_response WHERE id = ? AND user_id = ?")
			.params(id, owner.value())
			.query((row, number) -> new Home(row.getString("provider"), row.getString("model"),
					row.getObject("tokens", Long.class)))
			.optional();
	}

	@Override
	public void forget(String id, UserId owner) {
		this.jdbc.sql("DELETE FROM kept_response WHERE id = ? AND user_id = ?").params(id, owner.value()).update();
	}

	@Override
	public void deleted(UserId owner) {
		this.jdbc.sql("DELETE FROM kept_response WHERE user_id = ?").param(owner.value()).update();
	}

}
