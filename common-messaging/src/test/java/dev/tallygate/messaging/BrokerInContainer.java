package dev.tallygate.messaging;

import com.github.dockerjava.api.DockerClient;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A KRaft broker in a container, on a port that stays the same when it is stopped and
 * started.
 */
final class BrokerInContainer implements EmbeddedKafka.Broker {

	static final String IMAGE = "apache/kafka:4.2.1";

	private static final int KAFKA_PORT = 9092;

	private final KafkaContainer container = new KafkaContainer(DockerImageName.parse(IMAGE))
		.withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
		.withEnv("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "3")
		.withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");

	BrokerInContainer() {
		this.container.setPortBindings(List.of(EmbeddedKafka.freePort() + ":" + KAFKA_PORT));
		this.container.start();
	}

	@Override
	public String bootstrapServers() {
		return this.container.getBootstrapServers();
	}

	@Override
	public void pause() {
		docker().stopContainerCmd(this.container.getContainerId()).exec();
	}

	@Override
	public void resume() {
		docker().startContainerCmd(this.container.getContainerId()).exec();
		try (Admin admin = Admin
			.create(java.util.Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
			admin.describeCluster().nodes().get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("the broker does not come back", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.container.stop();
	}

	private DockerClient docker() {
		return this.container.getDockerClient();
	}

}
