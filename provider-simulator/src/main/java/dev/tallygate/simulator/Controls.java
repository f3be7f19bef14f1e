package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Directives;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is set for every call over REST, and how often each call has been tried.
 */
final class Controls {

	/** Beyond this many remembered calls the memory starts afresh. */
	private static final int MAX_REMEMBERED = 100_000;

	private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

	private volatile Directives everyCall = Directives.NONE;

	Directives everyCall() {
		return this.everyCall;
	}

	void everyCall(Directives directives) {
		this.everyCall = directives;
	}

	/** Counts an attempt at the call of this name and returns how many there were. */
	int attempt(String name) {
		if (this.attempts.size() > MAX_REMEMBERED) {
			this.attempts.clear();
		}
		return this.attempts.merge(name, 1, Integer::sum);
	}

}
