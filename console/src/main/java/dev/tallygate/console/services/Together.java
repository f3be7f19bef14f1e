package dev.tallygate.console.services;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks services side by side: two that hang cost a page one time-out, not two.
 */
public final class Together implements AutoCloseable {

	private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

	/** Begins a call. */
	public <T> Part<T> ask(Callable<T> call) {
		return new Part<>(this.calls.submit(call));
	}

	@Override
	public void close() {
		this.calls.close();
	}

	/**
	 * What a call will answer.
	 */
	public static final class Part<T> {

		private final Future<T> call;

		private Part(Future<T> call) {
			this.call = call;
		}

		/**
		 * Waits for it.
		 * @throws KeyNotAcceptedException when the session is over
		 */
		public T get() {
			try {
				return this.call.get();
			}
			catch (ExecutionException ex) {
				if (ex.getCause() instanceof RuntimeException failure) {
					throw failure;
				}
				throw new IllegalStateException("a part of a page could not be built", ex.getCause());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("interrupted", ex);
			}
		}

	}

}
