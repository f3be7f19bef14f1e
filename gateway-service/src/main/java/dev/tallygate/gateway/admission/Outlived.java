package dev.tallygate.gateway.admission;

/**
 * A limit's period that is over, for the calls that were open at its end: they count in
 * it still, and may take what was left of it then. Guarded by the account's lock.
 */
final class Outlived {

	private final Cap last;

	/** What these calls have taken since, less what they gave back. */
	private long taken;

	/**
	 * A period as it was when it was last heard of.
	 */
	Outlived(Cap last) {
		this.last = last;
	}

	/**
	 * A hold has grown, or a call has cost so much; less than 0 for a hold that is gone.
	 */
	void take(long nanos) {
		this.taken += nanos;
	}

	/** The limit as these calls meet it now. */
	Cap cap() {
		return new Cap(this.last.limit(), this.last.scope(), this.last.amount(), this.last.counted(), this.last.own(),
				this.last.held() + this.taken, this.last.end(), this.last.line());
	}

}
