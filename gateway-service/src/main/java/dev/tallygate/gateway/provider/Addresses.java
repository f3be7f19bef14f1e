package dev.tallygate.gateway.provider;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks up a provider's addresses within a time: the resolver of the platform has no
 * limit of its own, and a thread that waits in it cannot be called back.
 */
final class Addresses {

	/** Looks up all addresses of a name, without a limit. */
	@FunctionalInterface
	interface Lookup {

		InetAddress[] of(String host) throws UnknownHostException;

	}

	private final Lookup lookup;

	Addresses(Lookup lookup) {
		this.lookup = lookup;
	}

	/**
	 * All addresses of a name, in the resolver's order.
	 * @throws UnknownHostException when there are none, or none in time
	 */
	InetAddress[] of(String host, Duration within) throws UnknownHostException {
		CompletableFuture<InetAddress[]> found = new CompletableFuture<>();
		Thread.ofVirtual().name("resolve").start(() -> found.completeAsync(() -> find(host), Runnable::run));
		try {
			return found.get(within.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw unknown(host + " was not resolved in time", ex);
		}
		catch (ExecutionException ex) {
			throw unknown(host + " has no address", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unknown("interrupted while resolving " + host, ex);
		}
	}

	private InetAddress[] find(String host) {
		try {
			return this.lookup.of(host);
		}
		catch (UnknownHostException ex) {
			throw new CompletionException(ex);
		}
	}

	private static UnknownHostException unknown(String message, Exception cause) {
		UnknownHostException ex = new UnknownHostException(message);
		ex.initCause(cause);
		return ex;
	}

}
