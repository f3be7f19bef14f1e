package dev.tallygate.metering.ledger;

import dev.tallygate.events.SourceClosed;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What was heard from each gateway's spool. The numbers themselves are kept by the
 * statement of the {@link Ledger}.
 */
@Repository
public class UsageSources {

	private final JdbcClient jdbc;

	UsageSources(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A gateway has stopped in order. Of several stops the last one counts.
	 */
	public void closed(String source, SourceClosed stop) {
		this.jdbc.sql("""
				INSERT INTO usage_source AS s (source, closed_seq, closed_at) VALUES (:source, :seq, :at)
				ON CONFLICT (source) DO UPDATE SET closed_seq = excluded.closed_seq, closed_at = excluded.closed_at,
					heard_at = now()
				WHERE s.closed_at IS NULL OR s.closed_at <= excluded.closed_at""")
			.param("source", source)
			.param("seq", stop.lastSeq())
			.param("at", stop.closedAt().atOffset(ZoneOffset.UTC))
			.update();
	}

}
