package dev.tallygate.messaging;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A real KRaft broker in the test's JVM, on free ports of the loopback address and in a
 * folder of its own. Topics are not created by themselves.
 */
public final class EmbeddedKafka implements AutoCloseable {

	private static @Nullable EmbeddedKafka shared;

	private final Path folder;

	private final int brokerPort = freePort();

	private final int controllerPort = freePort();

	private @Nullable KafkaRaftServer server;

	private EmbeddedKafka(Path folder) {
		this.folder = folder;
	}

	/**
	 * The broker that all tests of a JVM share; ends with the JVM. Tests keep apart by
	 * topics and groups of their own.
	 */
	public static synchronized EmbeddedKafka shared() {
		if (shared == null) {
			EmbeddedKafka kafka = start();
			shared = kafka;
			Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "embedded-kafka-stop"));
		}
		return shared;
	}

	/** A broker of one's own, to stop and start at will. */
	public static EmbeddedKafka start() {
		try {
			EmbeddedKafka kafka = new EmbeddedKafka(Files.createTempDirectory("tallygate-kafka"));
			kafka.format();
			kafka.resume();
			return kafka;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What to set as {@code spring.kafka.bootstrap-servers}. */
	public String bootstrapServers() {
		return "127.0.0.1:" + this.brokerPort;
	}

	/** Properties of a plain client. */
	public Map<String, Object> clientProperties() {
		return new HashMap<>(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
	}

	/** Creates topics and waits until they are there. */
	public void create(NewTopic... topics) {
		try (Admin admin = Admin.create(clientProperties())) {
			admin.createTopics(List.of(topics)).all().get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Stops the broker; its data stays. */
	public synchronized void pause() {
		if (this.server != null) {
			this.server.shutdown();
			this.server.awaitShutdown();
			this.server = null;
		}
	}

	/** Starts the broker again, on the same port. */
	public synchronized void resume() {
		KafkaRaftServer started = new KafkaRaftServer(new KafkaConfig(configuration()), Time.SYSTEM);
		started.startup();
		this.server = started;
	}

	@Override
	public void close() {
		pause();
		try {
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void format() {
		try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
			new Formatter().setPrintStream(nowhere)
				.setClusterId(Uuid.randomUuid().toString())
				.setNodeId(1)
				.addDirectory(this.folder.toString())
				.setMetadataLogDirectory(this.folder.toString())
				.setControllerListenerName("CONTROLLER")
				.setReleaseVersion(MetadataVersion.latestProduction())
				.run();
		}
		catch (Exception ex) {
			throw new IllegalStateException("storage could not be formatted", ex);
		}
	}

	private Map<String, String> configuration() {
		Map<String, String> config = new HashMap<>();
		config.put("process.roles", "broker,controller");
		config.put("node.id", "1");
		config.put("controller.quorum.voters", "1@127.0.0.1:" + this.controllerPort);
		config.put("controller.listener.names", "CONTROLLER");
		config.put("listeners",
				"PLAINTEXT://127.0.0.1:" + this.brokerPort + ",CONTROLLER://127.0.0.1:" + this.controllerPort);
		config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + this.brokerPort);
		config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
		config.put("log.dirs", this.folder.toString());
		config.put("auto.create.topics.enable", "false");
		config.put("offsets.topic.replication.factor", "1");
		config.put("offsets.topic.num.partitions", "3");
		config.put("transaction.state.log.replication.factor", "1");
		config.put("transaction.state.log.min.isr", "1");
		config.put("transaction.state.log.num.partitions", "1");
		config.put("share.coordinator.state.topic.replication.factor", "1");
		config.put("share.coordinator.state.topic.min.isr", "1");
		config.put("group.initial.rebalance.delay.ms", "0");
		config.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 * 1024 * 1024));
		config.put("num.network.threads", "2");
		config.put("num.io.threads", "2");
		config.put("background.threads", "2");
		config.put("num.recovery.threads.per.data.dir", "1");
		return config;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
