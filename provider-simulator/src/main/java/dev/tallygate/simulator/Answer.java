package dev.tallygate.simulator;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a call is answered with: a function of the call, but for its id and time.
 *
 * @param id the provider's id of the answer
 * @param created when, in seconds since 1970
 * @param call what was asked
 * @param seed what the words depend on
 * @param inputTokens tokens in, of which {@code cachedTokens} and
 * {@code cacheWriteTokens}
 * @param reasoningTokens tokens of reasoning before the words of each choice
 * @param words how many words each choice has, a token each
 * @param cut whether the answer would have been longer than the call allows
 */
record Answer(String id, long created, Call call, int seed, int inputTokens, int cachedTokens, int cacheWriteTokens,
		int reasoningTokens, int words, boolean cut) {

	private static final int SHORTEST = 8;

	private static final int SPREAD = 25;

	private static final AtomicLong IDS = new AtomicLong();

	static Answer to(Call call) {
		int seed = Words.seed(call.prompt());
		Directives directives = call.directives();
		Integer told = directives.output();
		int wanted = call.operation().equals("embeddings") ? 0 : (told != null) ? told : SHORTEST + seed % SPREAD;
		int allowed = (call.maxTokens() != null) ? call.maxTokens() : Integer.MAX_VALUE;
		int reasoning = Math.min(directives.reasoning(), allowed);
		int words = Math.min(wanted, allowed - reasoning);
		int input = call.inputTokens();
		int cached = Math.min(directives.cached(), input);
		int written = Math.min(directives.cacheWrite(), input - cached);
		return new Answer(call.wire().newId(IDS.incrementAndGet()), System.currentTimeMillis() / 1000, call, seed,
				input, cached, written, reasoning, words, words < wanted);
	}

	/** Billed output tokens when {@code sent} words, of all choices, were generated. */
	int outputTokens(int sent) {
		return (sent == 0 && this.words > 0) ? 0 : sent + this.call.choices() * this.reasoningTokens;
	}

	/** Words of all choices. */
	int allWords() {
		return this.words * this.call.choices();
	}

	int outputTokens() {
		return outputTokens(allWords());
	}

	String word(int position) {
		return Words.at(this.seed, position, this.call.directives().size());
	}

	String text() {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < this.words; i++) {
			text.append(word(i));
		}
		return text.toString();
	}

}
