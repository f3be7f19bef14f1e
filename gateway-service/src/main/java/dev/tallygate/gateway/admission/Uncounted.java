package dev.tallygate.gateway.admission;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * This gateway's calls on system keys that budget-service was not known to have counted
 * at some moment.
 *
 * @param calls the calls
 * @param settled by month what ended calls of this process cost, as it was before the
 * calls were listed: one that ended meanwhile is in both, and counts twice rather than
 * never
 */
record Uncounted(List<Call> calls, Map<YearMonth, Long> settled) {

	/**
	 * A call, or some of one user that are kept as one.
	 *
	 * @param user whose
	 * @param seq the number of the last of them
	 * @param nanos what they cost
	 * @param month in which they began, in UTC
	 */
	record Call(UserId user, long seq, long nanos, YearMonth month) {

	}

	/** Whose calls they are. */
	Set<UserId> users() {
		Set<UserId> users = new HashSet<>();
		this.calls.forEach((call) -> users.add(call.user()));
		return users;
	}

	/**
	 * What the source has spent in the month, beside what settles here from now on and
	 * what had settled in this process.
	 */
	long anchor(Counted counted) {
		long nanos = counted.spent().value() - this.settled.getOrDefault(counted.period(), 0L);
		for (Call call : this.calls) {
			boolean missing = call.month().equals(counted.period())
					&& call.seq() > counted.applied().getOrDefault(call.user().value(), 0L);
			nanos += missing ? call.nanos() : 0;
		}
		return nanos;
	}

	/**
	 * What budget-service has counted of a source.
	 *
	 * @param period in this month
	 * @param spent on system keys
	 * @param applied by user's id, which as a name of JSON can be no {@link UserId}, the
	 * number of the latest call that is counted in there
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	record Counted(YearMonth period, NanoUsd spent, Map<UUID, Long> applied) {

	}

	/**
	 * What budget-service grants of the installation's limit.
	 *
	 * @param period in this month
	 * @param granted all that may be spent in it
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	record Granted(YearMonth period, NanoUsd granted) {

	}

}
