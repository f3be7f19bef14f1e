package dev.tallygate.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * A real KRaft broker: in a container where Docker answers, else in the test's JVM.
 * Topics are not created by themselves.
 */
public final class EmbeddedKafka implements AutoCloseable {

	private static @Nullable EmbeddedKafka shared;

	private final Broker broker;

	private EmbeddedKafka(Broker broker) {
		this.broker = broker;
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
		return new EmbeddedKafka(Containers.orElse(BrokerInContainer.IMAGE, BrokerInContainer::new, BrokerInJvm::new));
	}

	/** What to set as {@code spring.kafka.bootstrap-servers}. */
	public String bootstrapServers() {
		return this.broker.bootstrapServers();
	}

	/** Properties of a plain client. */
	public Map<String, Object> clientProperties() {
		return new HashMap<>(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
	}

	/**
	 * Creates topics and waits until they are there. One that is there already stays as
	 * it is: on a shared broker another test may have come first.
	 */
	public void create(NewTopic... topics) {
		try (Admin admin = Admin.create(clientProperties())) {
			for (KafkaFuture<Void> created : admin.createTopics(List.of(topics)).values().values()) {
				await(created);
			}
		}
	}

	private static void await(KafkaFuture<Void> created) {
		try {
			created.get();
		}
		catch (ExecutionException ex) {
			if (!(ex.getCause() instanceof TopicExistsException)) {
				throw new IllegalStateException(ex.getCause());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Stops the broker; its data stays. */
	public void pause() {
		this.broker.pause();
	}

	/** Starts the broker again, on the same port. */
	public void resume() {
		this.broker.resume();
	}

	@Override
	public void close() {
		this.broker.close();
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Where it runs.
	 */
	interface Broker {

		String bootstrapServers();

		void pause();

		void resume();

		void close();

	}

}
