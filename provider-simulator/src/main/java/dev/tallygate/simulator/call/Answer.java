package dev.tallygate.simulator.call;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a call is answered with: a function of the call, but for its id and time.
 *
 * @param id the provider's id of the answer
 * @param created when, in seconds since 1970
 * @param call what was asked
 * @param seed what the words depend on
 * @param parts what each choice has, in order
 * @param cut whether the answer would have been longer than the call allows
 */
public record Answer(String id, long created, Call call, int seed, List<Part> parts, int reasoning, boolean cut) {

	private static final int SHORTEST = 8;

	private static final int SPREAD = 25;

	private static final AtomicLong IDS = new AtomicLong();

	public static Answer to(Call call) {
		int seed = Words.seed(call.prompt());
		long number = IDS.incrementAndGet();
		int allowed = (call.maxTokens() != null) ? call.maxTokens() : Integer.MAX_VALUE;
		int reasoning = Math.min(call.directives().reasoning(), allowed);
		List<Part> wanted = wanted(call, seed, number);
		List<Part> parts = new ArrayList<>();
		int left = allowed - reasoning;
		boolean cut = false;
		for (Part part : wanted) {
			boolean fits = part.pieces() <= left;
			Part kept = fits ? part : part.first(left);
			if (kept.pieces() > 0) {
				parts.add(kept);
			}
			left -= kept.pieces();
			cut |= !fits;
		}
		if (parts.isEmpty() && !wanted.isEmpty()) {
			parts.add(new Part.Text(0));
		}
		return new Answer(call.wire().newId(number), System.currentTimeMillis() / 1000, call, seed, List.copyOf(parts),
				reasoning, cut);
	}

	private static List<Part> wanted(Call call, int seed, long number) {
		Directives directives = call.directives();
		List<Part> wanted = new ArrayList<>();
		if (call.operation().equals("embeddings")) {
			return wanted;
		}
		if (directives.thinking() > 0) {
			wanted.add(new Part.Thinking(directives.thinking()));
		}
		List<Part> tools = ToolScript.calls(directives.value("tool"), call.turn(), call.tools(), "call_sim" + number);
		Integer told = directives.output();
		if (tools.isEmpty() || told != null) {
			wanted.add(new Part.Text((told != null) ? told : SHORTEST + seed % SPREAD));
		}
		wanted.addAll(tools);
		return wanted;
	}

	/** Pieces of one choice. */
	public int pieces() {
		int pieces = 0;
		for (Part part : this.parts) {
			pieces += part.pieces();
		}
		return pieces;
	}

	/** Pieces of all choices. */
	public int allPieces() {
		return pieces() * this.call.choices();
	}

	/** Where a piece stands. */
	public Place at(int position) {
		int left = position;
		for (int i = 0; i < this.parts.size(); i++) {
			Part part = this.parts.get(i);
			if (left < part.pieces()) {
				return new Place(part, i, left);
			}
			left -= part.pieces();
		}
		throw new IndexOutOfBoundsException(position);
	}

	/** What a piece says. */
	public String text(Place place) {
		return switch (place.part()) {
			case Part.Thinking thinking -> Words.at(this.seed + 1, place.within(), 0);
			case Part.Text text -> Words.at(this.seed, place.within(), this.call.directives().size());
			case Part.ToolUse tool -> tool.fragment(place.within());
		};
	}

	/** All that a part says. */
	public String text(int index) {
		Part part = this.parts.get(index);
		if (part instanceof Part.ToolUse tool) {
			return tool.arguments();
		}
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < part.pieces(); i++) {
			text.append(text(new Place(part, index, i)));
		}
		return text.toString();
	}

	public boolean callsTools() {
		return this.parts.stream().anyMatch(Part.ToolUse.class::isInstance);
	}

	/** What the whole answer costs. */
	public Tokens tokens() {
		return Tokens.of(this, allPieces());
	}

}
