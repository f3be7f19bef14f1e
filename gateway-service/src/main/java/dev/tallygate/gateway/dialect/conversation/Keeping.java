package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.EventStreamSplitter.Room;
import dev.tallygate.gateway.dialect.EventTooLargeException;

/**
 * Accounts for what is kept of a streamed answer until its end: a little without asking,
 * more where there is room for it, and never more than one answer may take.
 */
final class Keeping {

	/** What is asked for at a time, and may be kept without, in characters. */
	private static final int STEP = 64 * 1024;

	private final Room room;

	private long kept;

	private long taken;

	Keeping(Room room) {
		this.room = room;
	}

	/** So much more is kept from now on. */
	void more(int characters) throws EventTooLargeException {
		this.kept += characters;
		if (this.kept > this.room.most()) {
			throw EventTooLargeException.beyond(this.room.most());
		}
		while (this.kept > this.taken + STEP) {
			if (!this.room.take(STEP)) {
				throw EventTooLargeException.withoutRoom();
			}
			this.taken += STEP;
		}
	}

	/** Gives back the room that was taken. */
	void close() {
		this.room.giveBack(this.taken);
		this.taken = 0;
	}

}
