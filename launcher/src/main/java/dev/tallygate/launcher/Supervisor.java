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
				.start(() -> untilStarted(dead)));
		}
		Thread.ofPlatform().daemon().name("watch " + DATABASE).start(this::watchDatabase);
	}

	private void watchDatabase() {
		try {
			while (!this.stopping.get()) {
				Thread.sleep(PAUSE);
				if (this.stack.database().postmaster().isEmpty()) {
					// What does not come back is found missing again.
					boolean _ = again(DATABASE, DATABASE + " ended by itself.", () -> {
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

	/** One that cannot even be started has no end that anybody would hear of. */
	private void untilStarted(Child dead) {
		String lastWords = dead.lastWords();
		while (!again(dead.name(), lastWords, dead::start)) {
			lastWords = dead.name() + " could not be started.";
		}
	}

	/** Whether it is there again, or nobody wants it to be. */
	private boolean again(String name, String lastWords, Runnable start) {
		if (this.stopping.get()) {
			return true;
		}
		System.err.println(lastWords);
		if (tooOften(name)) {
			System.err.println(name + " keeps ending; giving up.");
			this.givingUp.run();
			return true;
		}
		try {
			Thread.sleep(PAUSE);
			if (!this.stopping.get()) {
				System.err.println("Starting " + name + " again.");
				this.stack.restart(start);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
		catch (RuntimeException | Error ex) {
			// Whatever it was: a thread that ended here would be missed by nobody.
			System.err.println((ex instanceof LaunchException) ? ex.getMessage() : ex);
			return false;
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
