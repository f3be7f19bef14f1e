package dev.tallygate.launcher;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says when a part ends by itself, and starts it again: a service that was killed comes
 * back and settles what it left open. One that keeps ending ends everything.
 */
final class Supervisor {

	private static final int MAX_DEATHS = 5;

	private static final Duration WITHIN = Duration.ofMinutes(1);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private static final String DATABASE = "postgresql";

	private final Stack stack;

	private final AtomicBoolean stopping;

	private final Runnable givingUp;

	private final Map<String, ArrayDeque<Long>> deaths = new HashMap<>();

	/**
	 * To watch a stack that is ready.
	 * @param stopping whether what ends now ends because it was told to
	 * @param givingUp run when a part keeps ending
	 */
	Supervisor(Stack stack, AtomicBoolean stopping, Runnable givingUp) {
		this.stack = stack;
		this.stopping = stopping;
		this.givingUp = givingUp;
	}

	/** Watches from now on, on threads of its own. */
	void watch() {
		for (Child child : this.stack.children()) {
			child.onDeath((dead) -> Thread.ofPlatform()
				.daemon()
				.name("restart " + dead.name())
				.start(() -> again(dead.name(), dead.lastWords(), dead::start)));
		}
		Thread.ofPlatform().daemon().name("watch " + DATABASE).start(this::watchDatabase);
	}

	private void watchDatabase() {
		try {
			while (!this.stopping.get()) {
				Thread.sleep(PAUSE);
				if (this.stack.database().postmaster().isEmpty()) {
					again(DATABASE, DATABASE + " ended by itself.", () -> {
						this.stack.database().stop();
						this.stack.database().start();
					});
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void again(String name, String lastWords, Runnable start) {
		if (this.stopping.get()) {
			return;
		}
		System.err.println(lastWords);
		if (tooOften(name)) {
			System.err.println(name + " keeps ending; giving up.");
			this.givingUp.run();
			return;
		}
		try {
			Thread.sleep(PAUSE);
			if (!this.stopping.get()) {
				System.err.println("Starting " + name + " again.");
				this.stack.restart(start);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (LaunchException ex) {
			// A child tells of its next end by itself; the database is looked at again.
			System.err.println(ex.getMessage());
		}
	}

	private synchronized boolean tooOften(String name) {
		ArrayDeque<Long> times = this.deaths.computeIfAbsent(name, (first) -> new ArrayDeque<>());
		long now = System.nanoTime();
		times.addLast(now);
		while (now - times.getFirst() > WITHIN.toNanos()) {
			times.removeFirst();
		}
		return times.size() >= MAX_DEATHS;
	}

}
