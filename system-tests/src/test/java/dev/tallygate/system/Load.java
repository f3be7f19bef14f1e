package dev.tallygate.system;

import dev.tallygate.launcher.Service;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers that call, one call after the other, until they are told to stop.
 */
final class Load implements AutoCloseable {

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger refused = new AtomicInteger();

	private final Set<Integer> refusals = ConcurrentHashMap.newKeySet();

	private final AtomicInteger broken = new AtomicInteger();

	private final List<Thread> callers = new ArrayList<>();

	private Load() {
	}

	/** Every other caller streams. */
	static Load start(Tallygate tallygate, Tallygate.User user, int callers, String directives) {
		Load load = new Load();
		for (int i = 0; i < callers; i++) {
			String body = Prompt.body("gpt-4o-mini", directives, (i % 2 == 0) ? ",\"stream\":true" : "");
			load.callers.add(Thread.ofVirtual().start(() -> load.call(user.at(tallygate, Service.GATEWAY), body)));
		}
		return load;
	}

	private void call(Api gateway, String body) {
		while (!this.stopped.get()) {
			try {
				HttpResponse<String> response = gateway.send("POST", "/v1/chat/completions", body);
				if (response.statusCode() == 200) {
					this.answered.incrementAndGet();
				}
				else {
					this.refused.incrementAndGet();
					this.refusals.add(response.statusCode());
					pause();
				}
			}
			catch (UncheckedIOException ex) {
				this.broken.incrementAndGet();
				pause();
			}
		}
	}

	private static void pause() {
		try {
			Thread.sleep(20);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	int answered() {
		return this.answered.get();
	}

	int refused() {
		return this.refused.get();
	}

	/** The statuses of what was refused. */
	Set<Integer> refusals() {
		return Set.copyOf(this.refusals);
	}

	int broken() {
		return this.broken.get();
	}

	/** Lets the calls that are open end. */
	@Override
	public void close() {
		stop();
	}

	/** The same as an act of its own. */
	void stop() {
		this.stopped.set(true);
		try {
			for (Thread caller : this.callers) {
				caller.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
