package dev.tallygate.gateway.limits;

import java.time.Duration;

/**
 * How a limit stands.
 *
 * @param limit what a minute allows
 * @param remaining what is left now
 * @param reset until all of it is there again
 */
public record Allowance(long limit, long remaining, Duration reset) {

	/** The one of which less is left, as a share of the whole. */
	Allowance tighter(Allowance other) {
		return (this.remaining * other.limit <= other.remaining * this.limit) ? this : other;
	}

}
