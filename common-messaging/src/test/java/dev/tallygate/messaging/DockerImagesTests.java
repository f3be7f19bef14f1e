package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerImagesTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	@TempDir
	private Path folder;

	private Daemon daemon;

	private DockerImages images;

	@BeforeEach
	void start() throws IOException {
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(this.folder.resolve("docker.sock"));
		this.daemon = new Daemon(address);
		this.images = new DockerImages(address);
	}

	@AfterEach
	void stop() throws IOException {
		this.daemon.server.close();
	}

	@Test
	void findsWhatTheDaemonHas() {
		this.daemon.present.add("apache/kafka:4.2.1");
		assertThat(this.images.isPresent("apache/kafka:4.2.1")).isTrue();
		assertThat(this.images.isPresent("postgres:18")).isFalse();
		assertThat(this.daemon.pulled).isEmpty();
	}

	@Test
	void pullsWhatTheDaemonCanGet() {
		this.daemon.pullable.add("apache/kafka:4.2.1");
		assertThat(this.images.pull("apache/kafka:4.2.1", LONG)).isTrue();
		assertThat(this.daemon.pulled).containsExactly("apache/kafka:4.2.1");
	}

	@Test
	void takesAPullThatFailsForNoImage() {
		assertThat(this.images.pull("postgres:18", LONG)).isFalse();
	}

	@Test
	void waitsForAHangingPullNoLongerThanItWasTold() {
		this.daemon.hanging = true;
		assertThat(this.images.pull("postgres:18", Duration.ofMillis(50))).isFalse();
	}

	@Test
	void takesADaemonThatIsGoneForNone() throws IOException {
		this.daemon.server.close();
		assertThat(this.images.isPresent("postgres:18")).isFalse();
	}

	/** As much of a Docker daemon as images need. */
	private static final class Daemon {

		private final Set<String> present = ConcurrentHashMap.newKeySet();

		private final Set<String> pullable = ConcurrentHashMap.newKeySet();

		private final List<String> pulled = new CopyOnWriteArrayList<>();

		private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);

		private volatile boolean hanging;

		Daemon(UnixDomainSocketAddress address) throws IOException {
			this.server.bind(address);
			Thread.ofPlatform().daemon().start(this::serve);
		}

		private void serve() {
			while (this.server.isOpen()) {
				try (SocketChannel channel = this.server.accept()) {
					ByteBuffer buffer = ByteBuffer.allocate(4096);
					channel.read(buffer);
					String request = StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
					answer(channel, request.substring(request.indexOf('/'), request.indexOf(" HTTP/")));
				}
				catch (IOException ex) {
					// Closed, by the test or by a client that has waited enough.
				}
			}
		}

		private void answer(SocketChannel channel, String path) throws IOException {
			if (path.startsWith("/images/create?fromImage=")) {
				if (this.hanging) {
					write(channel, "HTTP/1.0 200 OK\r\n\r\n{\"status\":\"Pulling\"}");
					channel.read(ByteBuffer.allocate(1));
				}
				pull(channel, path.substring("/images/create?fromImage=".length()).replace("&tag=", ":"));
			}
			else {
				String image = path.substring("/images/".length(), path.length() - "/json".length());
				write(channel, this.present.contains(image) ? "HTTP/1.0 200 OK\r\n\r\n{}"
						: "HTTP/1.0 404 Not Found\r\n\r\n{\"message\":\"No such image\"}");
			}
		}

		/** A pull that fails half way has said 200 before. */
		private void pull(SocketChannel channel, String image) throws IOException {
			this.pulled.add(image);
			if (this.pullable.contains(image)) {
				this.present.add(image);
			}
			write(channel, "HTTP/1.0 200 OK\r\n\r\n{\"status\":\"Pulling\"}");
		}

		private static void write(SocketChannel channel, String answer) throws IOException {
			channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
		}

	}

}
