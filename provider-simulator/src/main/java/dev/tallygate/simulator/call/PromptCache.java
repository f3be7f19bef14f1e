package dev.tallygate.simulator.call;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Beginnings of prompts that were marked to be kept. One that is seen again is read, else
 * it is written; the oldest are forgotten first, none by time.
 */
public final class PromptCache {

	private static final int MOST = 10_000;

	private final Map<Long, Boolean> kept = new LinkedHashMap<>(16, 0.75F, true) {
		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
			return size() > MOST;
		}
	};

	/** What a prompt with this marked beginning reads and writes. */
	public synchronized CacheUse use(String beginning, boolean anHour) {
		int tokens = Words.count(Directives.strip(beginning));
		if (tokens == 0) {
			return CacheUse.NONE;
		}
		long name = ((long) beginning.hashCode() << Integer.SIZE) | Words.seed(beginning);
		if (this.kept.put(name, Boolean.TRUE) != null) {
			return new CacheUse(tokens, 0, 0);
		}
		return anHour ? new CacheUse(0, 0, tokens) : new CacheUse(0, tokens, 0);
	}

}
