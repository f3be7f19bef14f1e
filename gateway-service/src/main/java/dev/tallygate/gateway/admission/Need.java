package dev.tallygate.gateway.admission;

/**
 * What a call needs of a limit, in nano-USD.
 *
 * @param least with less it cannot begin, however idle the limit is
 * @param wanted what it holds when there is room
 * @param how what becomes of the hold while the call is open
 */
record Need(long least, long wanted, How how) {

	static final Need NOTHING = new Need(0, 0, How.BOUNDED);

	/** What becomes of a hold while its call is open. */
	enum How {

		/** It is the most the call can cost. */
		BOUNDED,
		/** It is likely, and stays; the call begins while anything is left. */
		LIKELY,
		/** It grows with what is delivered. */
		GROWING

	}

	boolean grows() {
		return this.how == How.GROWING;
	}

}
