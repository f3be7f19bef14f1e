package dev.tallygate.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * A KRaft broker in a JVM of its own, to be killed. It starts in the background.
 */
final class BrokerInProcess implements AutoCloseable {

	/** A killed broker may come back when its session is over, 9 s by default. */
	private static final Map<String, String> SHORT_SESSION = Map.of("broker.session.timeout.ms", "3000",
			"broker.heartbeat.interval.ms", "500");

	private static final Duration START = Duration.ofMinutes(2);

	private final Path folder = BrokerInJvm.newFolder();

	private final int brokerPort = EmbeddedKafka.freePort();

	private final int controllerPort = EmbeddedKafka.freePort();

	private Process process = launch();

	/** Runs the broker: folder, port, controller's port. */
	public static void main(String[] arguments) throws InterruptedException {
		new BrokerInJvm(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]),
				SHORT_SESSION);
		Thread.currentThread().join();
	}

	String bootstrapServers() {
		return "127.0.0.1:" + this.brokerPort;
	}

	/** {@code kill -9}, and the same broker on the same data again. */
	void killAndStart() {
		kill();
		this.process = launch();
	}

	/** Creates a topic, as soon as the broker answers. */
	void create(String topic, int partitions) {
		Awaitility.await().atMost(START).ignoreExceptions().untilAsserted(() -> {
			try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
				KafkaFuture<Void> created = admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
					.all();
				created.get();
			}
			catch (ExecutionException ex) {
				throw new AssertionError(ex);
			}
		});
	}

	private Process launch() {
		try {
			return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
					"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
					BrokerInProcess.class.getName(), this.folder.toString(), String.valueOf(this.brokerPort),
					String.valueOf(this.controllerPort))
				.redirectOutput(Redirect.DISCARD)
				.redirectError(Redirect.DISCARD)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void kill() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

	@Override
	public void close() {
		kill();
		try {
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
