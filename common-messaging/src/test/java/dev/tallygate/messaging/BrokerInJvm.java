package dev.tallygate.messaging;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A KRaft broker in the test's JVM, with a folder of its own.
 */
final class BrokerInJvm implements EmbeddedKafka.Broker {

	private final Path folder;

	private final int brokerPort;

	private final int controllerPort;

	private final Map<String, String> more;

	private @Nullable KafkaRaftServer server;

	BrokerInJvm() {
		this(newFolder(), EmbeddedKafka.freePort(), EmbeddedKafka.freePort(), Map.of());
	}

	/** A broker on what is in the folder, if anything is, with more configuration. */
	BrokerInJvm(Path folder, int brokerPort, int controllerPort, Map<String, String> more) {
		this.folder = folder;
		this.brokerPort = brokerPort;
		this.controllerPort = controllerPort;
		this.more = more;
		if (!Files.exists(folder.resolve("meta.properties"))) {
			format();
		}
		resume();
	}

	static Path newFolder() {
		try {
			return Files.createTempDirectory("tallygate-kafka");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String bootstrapServers() {
		return "127.0.0.1:" + this.brokerPort;
	}

	@Override
	public synchronized void pause() {
		if (this.server != null) {
			this.server.shutdown();
			this.server.awaitShutdown();
			this.server = null;
		}
	}

	@Override
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
		config.putAll(this.more);
		return config;
	}

}
