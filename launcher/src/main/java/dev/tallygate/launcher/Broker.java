package dev.tallygate.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Kafka broker that is its own controller, in a process of its own. Its storage is
 * formatted at the first start.
 */
final class Broker {

	/** Any id will do for a cluster of one. */
	private static final String CLUSTER_ID = "dGFsbHlnYXRlLWxvY2FsMQ";

	private Broker() {
	}

	/** Writes the settings and returns their file. */
	static Path configure(Path home, Ports ports) {
		Path directory = home.resolve("kafka");
		String controller = Ports.HOST + ":" + ports.kafkaController();
		String broker = Ports.HOST + ":" + ports.kafka();
		List<String> settings = List.of("process.roles=broker,controller", "node.id=1",
				"controller.quorum.voters=1@" + controller,
				"listeners=PLAINTEXT://" + broker + ",CONTROLLER://" + controller,
				"advertised.listeners=PLAINTEXT://" + broker, "controller.listener.names=CONTROLLER",
				"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
				"log.dirs=" + directory.resolve("data"), "auto.create.topics.enable=false",
				"offsets.topic.replication.factor=1", "offsets.topic.num.partitions=3",
				"transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
				"transaction.state.log.num.partitions=3", "share.coordinator.state.topic.replication.factor=1",
				"share.coordinator.state.topic.min.isr=1", "group.initial.rebalance.delay.ms=0",
				// A broker with some dozens of small topics needs a fraction of the
				// defaults, and threads that are always the same few have what they need
				// at hand.
				"log.cleaner.dedupe.buffer.size=8388608", "log.segment.bytes=16777216",
				"log.index.size.max.bytes=1048576", "num.network.threads=1", "num.io.threads=2",
				"num.recovery.threads.per.data.dir=2",
				// A killed broker may come back when its session is over, 9 s by default.
				"broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500",
				// Consumers may ask for less than the 6 s that are the least by default.
				"group.min.session.timeout.ms=1000");
		try {
			Files.createDirectories(directory);
			Path file = directory.resolve("server.properties");
			Files.writeString(file, settings.stream().collect(Collectors.joining("\n", "", "\n")),
					StandardCharsets.UTF_8);
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Runs the broker with the settings file given as the only argument.
	 */
	public static void main(String[] arguments) {
		String[] format = { "format", "--cluster-id", CLUSTER_ID, "--config", arguments[0], "--ignore-formatted" };
		int formatted = kafka.tools.StorageTool.execute(format, System.out);
		if (formatted != 0) {
			System.exit(formatted);
		}
		kafka.Kafka.main(arguments);
	}

}
