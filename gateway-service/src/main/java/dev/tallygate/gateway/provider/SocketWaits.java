package dev.tallygate.gateway.provider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * What virtual threads wait with for sockets. The JDK opens it, a few files, when the
 * first of them has to wait; where no file is left at that moment its class is broken for
 * good, and with it every wait of this process. So one waits at the start.
 */
final class SocketWaits {

	private SocketWaits() {
	}

	/** Sees to it that waiting works later, whatever is scarce then. */
	static void open() {
		Thread first = Thread.ofVirtual().name("first-wait").start(SocketWaits::waitOnce);
		try {
			first.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void waitOnce() {
		try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			nobody.setSoTimeout(1);
			nobody.accept().close();
		}
		catch (IOException ex) {
			// It has waited, or this process has no socket to begin with.
		}
	}

}
