package dev.tallygate.gateway.admission;

/**
 * Borrows from budget-service for the accounts of this gateway.
 */
interface Lender {

	/** There is nobody to borrow from, and no need to. */
	long NOBODY = -1;

	/** Nothing is lent; this gateway is the only one. */
	Lender NONE = new Lender() {

		@Override
		public long session() {
			return NOBODY;
		}

		@Override
		public boolean isAway() {
			return true;
		}

		@Override
		public void asks(Account account) {
		}

	};

	/**
	 * The number of this process at budget-service; 0 while it has none, and
	 * {@link #NOBODY}. What is lent counts only where budget-service knew of it.
	 */
	long session();

	/**
	 * Whether budget-service has not answered for a while, so that waiting for it makes
	 * no sense.
	 */
	boolean isAway();

	/** Whether it did not answer when it was last asked, be it once. */
	default boolean isUnanswered() {
		return isAway();
	}

	/** An account has something to ask. Returns at once. */
	void asks(Account account);

	/** There is something to ask about the installation's limit. Returns at once. */
	default void asksForAll() {
	}

	/**
	 * A call could not begin before something was lent for it.
	 * @param admitted whether it could then
	 * @param nanos how long it waited
	 */
	default void waited(boolean admitted, long nanos) {
	}

	/** Budget-service has counted a call, so long after it ended. */
	default void counted(long nanos) {
	}

}
