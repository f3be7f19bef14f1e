package dev.tallygate.simulator.call;

/**
 * Where a piece of an answer stands.
 *
 * @param part the part it belongs to
 * @param index the part's index in the answer
 * @param within the piece's index in its part
 */
public record Place(Part part, int index, int within) {

	public boolean first() {
		return this.within == 0;
	}

	public boolean last() {
		return this.within == this.part.pieces() - 1;
	}

}
