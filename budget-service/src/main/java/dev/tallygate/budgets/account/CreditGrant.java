package dev.tallygate.budgets.account;

/**
 * Credits an administrator gives away.
 *
 * @param amount whole credits, 1 to {@link #MAX_AMOUNT}
 * @param reason why, in the administrator's words, 1 to {@link #MAX_REASON} characters
 * @param idempotencyKey names the grant, so that a repeated request grants once; 1 to
 * {@link #MAX_KEY} characters
 */
public record CreditGrant(long amount, String reason, String idempotencyKey) {

	/** Ten million dollars. */
	public static final long MAX_AMOUNT = 1_000_000_000L;

	/** Characters of a reason. */
	public static final int MAX_REASON = 500;

	/** Characters of an idempotency key. */
	public static final int MAX_KEY = 200;

}
