package dev.tallygate.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Whether something can be used yet.
 */
@FunctionalInterface
interface Readiness {

	/** How long one look may take. */
	Duration PATIENCE = Duration.ofSeconds(2);

	/** Whether it can. */
	boolean reached() throws InterruptedException;

	/** Something listens on a port. */
	static Readiness listening(int port) {
		return () -> {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
						(int) PATIENCE.toMillis());
				return true;
			}
			catch (IOException ex) {
				return false;
			}
		};
	}

	/** A URL answers 200. */
	static Readiness answering(HttpClient http, String url) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
		return () -> {
			try {
				return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
			}
			catch (IOException ex) {
				return false;
			}
		};
	}

}
