package dev.tallygate.budgets.audit;

import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.Caller;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Changes that are to be in the audit chain. They are written with the change itself and
 * wait here until key-service has taken them.
 */
@Repository
public class AuditTrail {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final JdbcClient jdbc;

	private final ApplicationEventPublisher appended;

	private final Clock clock;

	AuditTrail(JdbcClient jdbc, ApplicationEventPublisher appended, Clock clock) {
		this.jdbc = jdbc;
		this.appended = appended;
		this.clock = clock;
	}

	/**
	 * Appends a change within the transaction that makes it.
	 * @param action what was done, such as {@code budget.changed}
	 * @param by who did it
	 * @param subject whom or what it is about: {@code userId}, {@code keyId},
	 * {@code name}
	 * @param before what was, plain values by name; null when there was nothing
	 * @param after what is, likewise
	 */
	@Transactional(propagation = Propagation.MANDATORY)
	public void append(String action, Caller by, Map<String, ?> subject, @Nullable Map<String, ?> before,
			@Nullable Map<String, ?> after) {
		UUID id = UuidV7.next();
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("id", id.toString());
		body.put("at", this.clock.instant().toString());
		Map<String, Object> actor = new LinkedHashMap<>();
		actor.put("userId", by.userId().toString());
		if (by.apiKeyId() != null) {
			actor.put("apiKeyId", by.apiKeyId().toString());
		}
		body.put("actor", actor);
		body.put("action", action);
		body.put("subject", subject);
		putUnlessNull(body, "old", before);
		putUnlessNull(body, "new", after);
		this.jdbc.sql("INSERT INTO audit_report (id, body) VALUES (?, ?::jsonb)")
			.params(id, JSON.writeValueAsString(body))
			.update();
		this.appended.publishEvent(new Appended());
	}

	private static void putUnlessNull(Map<String, Object> body, String name, @Nullable Map<String, ?> values) {
		if (values != null) {
			body.put(name, values);
		}
	}

	List<Report> waiting(int most) {
		return this.jdbc.sql("SELECT id, body::text FROM audit_report WHERE refused IS NULL ORDER BY id LIMIT ?")
			.param(most)
			.query((rs, i) -> new Report(rs.getObject(1, UUID.class), rs.getString(2)))
			.list();
	}

	void taken(UUID id) {
		this.jdbc.sql("DELETE FROM audit_report WHERE id = ?").param(id).update();
	}

	/** Kept for the operator: repeating it would not help. */
	void refused(UUID id, int status) {
		this.jdbc.sql("UPDATE audit_report SET refused = ? WHERE id = ?").params(status, id).update();
	}

	/** There is something to report, once the transaction has committed. */
	record Appended() {

	}

	/** A change as key-service is told of it. */
	record Report(UUID id, String body) {

	}

}
