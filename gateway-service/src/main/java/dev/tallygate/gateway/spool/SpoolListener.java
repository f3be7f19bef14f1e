package dev.tallygate.gateway.spool;

/**
 * Hears what must not go unnoticed. Called with the spool's lock held: be quick.
 */
interface SpoolListener {

	/** Ignores all of it. */
	SpoolListener NONE = new SpoolListener() {

		@Override
		public void writeFailed(Exception cause) {
		}

		@Override
		public void lost(RecordType type) {
		}

	};

	/** The disk did not take a record, which is held in memory now. */
	void writeFailed(Exception cause);

	/** Memory is full too: a record is gone for good. */
	void lost(RecordType type);

}
