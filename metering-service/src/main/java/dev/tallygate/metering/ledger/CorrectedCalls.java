package dev.tallygate.metering.ledger;

import dev.tallygate.events.UsageAdjusted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Finds out what corrections do to their calls: whose tags they count under, and whether
 * a call that had no price, or one for a part of it only, has one now. A call comes
 * before its corrections, for both travel under one record key.
 */
@Component
class CorrectedCalls {

	/**
	 * A call's corrections share its time bits, so the primary key finds them. They are
	 * told by their ids, not by their kind: see {@link LedgerReader}.
	 */
	static final String STATE = """
			SELECT c.place, l.tags, l.cost_nanos IS NULL AS unpriced,
				l.cost_nanos IS NOT NULL AND l.unpriced_meters IS NOT NULL AS partly, s.unpriced, s.partly
			FROM unnest(?, ?) WITH ORDINALITY AS c (user_id, call_id, place)
				JOIN ledger l ON l.user_id = c.user_id AND l.event_id = c.call_id AND l.status <> 'failed'
				CROSS JOIN LATERAL (SELECT coalesce(sum(a.unpriced_change), 0) AS unpriced,
					coalesce(sum(a.partly_priced_change), 0) AS partly FROM ledger a
					WHERE a.user_id = l.user_id AND a.call_id = l.event_id AND a.event_id <> l.event_id
						AND a.event_id >= (substr(l.event_id::text, 1, 13) || '-0000-0000-000000000000')::uuid
						AND a.event_id <= (substr(l.event_id::text, 1, 13) || '-ffff-ffff-ffffffffffff')::uuid) s""";

	private final JdbcClient jdbc;

	CorrectedCalls(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** The same entries, the corrections among them with their effect. */
	List<LedgerEntry> complete(List<LedgerEntry> entries) {
		List<LedgerEntry> corrections = entries.stream().filter((entry) -> entry.correction() != null).toList();
		if (corrections.isEmpty()) {
			return entries;
		}
		Map<LedgerEntry.Key, State> states = new HashMap<>();
		entries.stream()
			.filter((entry) -> entry.settled() != null)
			.forEach((entry) -> states.put(entry.key(), State.of(entry)));
		states.putAll(known(corrections));
		List<LedgerEntry> complete = new ArrayList<>(entries.size());
		for (LedgerEntry entry : entries) {
			State state = states.get(new LedgerEntry.Key(entry.userId(), entry.callId().value()));
			complete.add((entry.correction() != null && state != null)
					? entry.withEffect(state.correctBy(entry.correction())) : entry);
		}
		return complete;
	}

	private Map<LedgerEntry.Key, State> known(List<LedgerEntry> corrections) {
		Map<LedgerEntry.Key, State> states = new HashMap<>();
		this.jdbc.sql(STATE)
			.param(uuids(corrections.stream().map((each) -> each.userId().value())))
			.param(uuids(corrections.stream().map((each) -> each.callId().value())))
			.query((row) -> {
				LedgerEntry correction = corrections.get(row.getInt(1) - 1);
				states.put(new LedgerEntry.Key(correction.userId(), correction.callId().value()),
						new State(LedgerRow.tags(row.getString(2)), row.getBoolean(3), row.getBoolean(4), row.getInt(5),
								row.getInt(6)));
			});
		return states;
	}

	private static SqlArrayValue uuids(Stream<UUID> ids) {
		return new SqlArrayValue("uuid", ids.toArray());
	}

	/** How a call stands; changes with each correction of the batch. */
	private static final class State {

		private final @Nullable Map<String, String> tags;

		private boolean unpriced;

		private boolean partly;

		State(@Nullable Map<String, String> tags, boolean unpriced, boolean partly, int unpricedChange,
				int partlyChange) {
			this.tags = tags;
			this.unpriced = (unpriced ? 1 : 0) + unpricedChange > 0;
			this.partly = (partly ? 1 : 0) + partlyChange > 0;
		}

		static State of(LedgerEntry call) {
			return new State(call.tags(), call.isUnpriced(), call.isPartlyPriced(), 0, 0);
		}

		/**
		 * One that does not say what meters cost leaves a partly priced call as it is.
		 */
		LedgerEntry.Effect correctBy(UsageAdjusted correction) {
			boolean partlyNow = (correction.charges() != null) ? correction.unpricedMeters() != null : this.partly;
			LedgerEntry.Effect effect = new LedgerEntry.Effect(this.tags, this.unpriced ? -1 : 0,
					(partlyNow ? 1 : 0) - (this.partly ? 1 : 0));
			this.unpriced = false;
			this.partly = partlyNow;
			return effect;
		}

	}

}
