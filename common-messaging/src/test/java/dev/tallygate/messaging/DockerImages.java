package dev.tallygate.messaging;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which images a Docker daemon has or can get, asked directly
 * (<a href="https://docs.docker.com/reference/api/engine/">Engine API</a>): the client
 * library's own search for an image that nobody can pull takes minutes.
 */
final class DockerImages {

	private static final Duration ANSWER = Duration.ofSeconds(3);

	private static final int OK = 200;

	private final SocketAddress daemon;

	/** A daemon that listens on a Unix domain or TCP address, without TLS. */
	DockerImages(SocketAddress daemon) {
		this.daemon = daemon;
	}

	/** Whether the daemon has it. */
	boolean isPresent(String image) {
		return status("GET", "/images/" + image + "/json", ANSWER) == OK;
	}

	/**
	 * Gets it, unless that takes too long.
	 * @param image name and tag
	 * @return whether the daemon has it now
	 */
	boolean pull(String image, Duration atMost) {
		int tag = image.lastIndexOf(':');
		status("POST", "/images/create?fromImage=" + image.substring(0, tag) + "&tag=" + image.substring(tag + 1),
				atMost);
		return isPresent(image);
	}

	/** The status once the whole answer has come; 0 when it does not come in time. */
	private int status(String method, String path, Duration atMost) {
		return within(atMost, () -> exchange(method, path), 0);
	}

	/**
	 * What the task gives, or {@code otherwise} when it fails or takes longer; then it is
	 * interrupted and left to itself.
	 */
	static <T> T within(Duration atMost, Callable<T> task, T otherwise) {
		FutureTask<T> answer = new FutureTask<>(task);
		Thread.ofPlatform().daemon().name("docker").start(answer);
		try {
			return answer.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			answer.cancel(true);
			return otherwise;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return otherwise;
		}
	}

	/** In HTTP/1.0, so that the daemon ends its answer by closing the connection. */
	private int exchange(String method, String path) throws IOException {
		try (SocketChannel channel = open()) {
			channel.connect(this.daemon);
			String request = method + " " + path + " HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n";
			channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
			StringBuilder start = new StringBuilder();
			ByteBuffer buffer = ByteBuffer.allocate(8192);
			while (channel.read(buffer) >= 0) {
				if (start.length() < buffer.capacity()) {
					start.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
				}
				buffer.clear();
			}
			return Integer.parseInt(start.substring("HTTP/1.x ".length(), "HTTP/1.x 200".length()));
		}
	}

	private SocketChannel open() throws IOException {
		return (this.daemon instanceof UnixDomainSocketAddress) ? SocketChannel.open(StandardProtocolFamily.UNIX)
				: SocketChannel.open();
	}

}
