package dev.tallygate.budgets.lease;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/**
 * What calls hold that are open at each gateway, as it last told: for people who look.
 * Nothing is decided by it, and what a gateway holds without having told is held all the
 * same.
 */
@Repository
class OpenCalls {

	/** A gateway that lives tells at least every five seconds. */
	static final Duration BELIEVED = Duration.ofSeconds(15);

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final JdbcClient jdbc;

	OpenCalls(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A gateway tells of all its open calls.
	 * @return how many other gateways there are
	 */
	int tell(String source, List<Open> calls) {
		Map<String, List<Long>> byUser = new TreeMap<>();
		calls.forEach(
				(each) -> byUser.put(each.userId().toString(), List.of((long) each.openCalls(), each.heldNanos())));
		this.jdbc.sql("""
				INSERT INTO open_calls AS o (source, told_at, calls) VALUES (?, now(), ?::jsonb)
				ON CONFLICT (source) DO UPDATE SET told_at = EXCLUDED.told_at, calls = EXCLUDED.calls
				""").params(source, JSON.writeValueAsString(byUser)).update();
		return this.jdbc.sql("SELECT count(*) FROM gateway_source WHERE closed_at IS NULL AND source <> ?")
			.param(source)
			.query(Integer.class)
			.single();
	}

	/** What a user's calls hold at all gateways but one. */
	Elsewhere elsewhere(String source, UserId user) {
		return this.jdbc
			.sql("""
					SELECT count(*) FILTER (WHERE told), count(*) FILTER (WHERE NOT told),
					       coalesce(sum((calls ->> 0)::bigint) FILTER (WHERE told), 0),
					       coalesce(sum((calls ->> 1)::bigint) FILTER (WHERE told), 0)
					  FROM (SELECT coalesce(o.told_at > now() - make_interval(secs => ?), false) AS told, o.calls -> ? AS calls
					          FROM gateway_source AS s LEFT JOIN open_calls AS o USING (source)
					         WHERE s.closed_at IS NULL AND s.source <> ?) AS others
					""")
			.params(BELIEVED.toSeconds(), user.toString(), source)
			.query((rs, i) -> new Elsewhere(rs.getInt(1), rs.getInt(2), rs.getInt(3), new NanoUsd(rs.getLong(4))))
			.single();
	}

	/**
	 * What a user's calls hold at a gateway.
	 *
	 * @param userId whose
	 * @param openCalls how many there are
	 * @param heldNanos the most they may cost
	 */
	record Open(UserId userId, int openCalls, long heldNanos) {

	}

	/**
	 * What a user's calls hold at other gateways.
	 *
	 * @param gateways how many have told
	 * @param silent how many have not, or not of late
	 * @param openCalls how many calls there are
	 * @param heldNanos the most they may cost
	 */
	record Elsewhere(int gateways, int silent, int openCalls, NanoUsd heldNanos) {

	}

}
