package dev.tallygate.gateway.admission;

import dev.tallygate.events.UserId;

/**
 * What this gateway asks budget-service to lend it, or to take back.
 *
 * @param userId whose limit
 * @param scope which of that user's limits
 * @param period the limit's period, as this gateway sees it
 * @param version the newest status it knows, 0 for none
 * @param ask grows with every ask of this process: a later one makes an earlier one void,
 * in whatever order they arrive
 * @param line all that it wants to be able to spend beyond what is counted, in nano-USD
 */
record Ask(UserId userId, String scope, String period, long version, long ask, long line) {

}
