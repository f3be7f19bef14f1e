package dev.tallygate.gateway.dialect;

/**
 * A room that says how much of it is taken.
 */
public final class CountedRoom implements EventStreamSplitter.Room {

	private long all = Long.MAX_VALUE;

	private int most = Integer.MAX_VALUE;

	private long taken;

	/** There are so many bytes from now on. */
	public void has(long bytes) {
		this.all = bytes;
	}

	/** One answer may take so many of them from now on. */
	public void eachTakesAtMost(int bytes) {
		this.most = bytes;
	}

	/** In bytes. */
	public long taken() {
		return this.taken;
	}

	@Override
	public boolean take(long bytes) {
		if (this.taken + bytes > this.all) {
			return false;
		}
		this.taken += bytes;
		return true;
	}

	@Override
	public void giveBack(long bytes) {
		this.taken -= bytes;
	}

	@Override
	public int most() {
		return this.most;
	}

}
