package dev.tallygate.messaging;

import dev.tallygate.events.Topics;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * How each topic is laid out. Whoever publishes to a topic declares it as a bean:
 *
 * <pre class="code">
 * &#64;Bean
 * KafkaAdmin.NewTopics topics(TopicCatalog catalog) {
 *     return catalog.declare(Topics.KEYS, Topics.USERS);
 * }
 * </pre>
 */
public final class TopicCatalog {

	private static final Duration USAGE_RETENTION = Duration.ofDays(35);

	private static final Duration ALERTS_RETENTION = Duration.ofDays(90);

	private static final Duration AUDIT_RETENTION = Duration.ofDays(400);

	private static final Duration KEY_USES_RETENTION = Duration.ofDays(1);

	private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(35);

	/** With fewer replicas, the loss of one broker would stop all writing. */
	private static final int SAFELY_REPLICATED = 3;

	/** So many replicas have a record before it counts as written. */
	private static final String WRITTEN_AT = "2";

	private final short replicas;

	/**
	 * A catalogue for a cluster.
	 * @param replicas replicas of each topic
	 */
	public TopicCatalog(short replicas) {
		this.replicas = replicas;
	}

	/**
	 * The topics of these names, as a bean that gets them created.
	 */
	public KafkaAdmin.NewTopics declare(String... names) {
		return new KafkaAdmin.NewTopics(Arrays.stream(names).map(this::topic).toArray(NewTopic[]::new));
	}

	/**
	 * One topic's layout.
	 * @throws IllegalArgumentException when {@code name} is none of {@link Topics}
	 */
	public NewTopic topic(String name) {
		return switch (name) {
			// Stamped by the broker, so that every reader judges an event's age alike,
			// whenever it reads.
			case Topics.USAGE -> deleted(name, Topics.WIDE_PARTITIONS, USAGE_RETENTION)
				.config(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
				.build();
			case Topics.BUDGET_STATUS -> compacted(name, Topics.WIDE_PARTITIONS).build();
			case Topics.KEYS, Topics.USERS -> compacted(name, Topics.NARROW_PARTITIONS).build();
			case Topics.KEY_USES -> deleted(name, Topics.NARROW_PARTITIONS, KEY_USES_RETENTION).build();
			case Topics.ALERTS -> deleted(name, Topics.NARROW_PARTITIONS, ALERTS_RETENTION).build();
			case Topics.AUDIT_HEADS -> deleted(name, Topics.NARROW_PARTITIONS, AUDIT_RETENTION).build();
			default -> deadLetters(name);
		};
	}

	private NewTopic deadLetters(String name) {
		if (!name.endsWith(Topics.deadLetter(""))) {
			throw new IllegalArgumentException("unknown topic " + name);
		}
		return deleted(name, 1, DEAD_LETTER_RETENTION).build();
	}

	private TopicBuilder deleted(String name, int partitions, Duration retention) {
		return replicated(name, partitions).config(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE)
			.config(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retention.toMillis()));
	}

	/**
	 * Status heartbeats arrive each second, so segments roll each hour or 16 MiB, and
	 * what is compacted is soon small to read.
	 */
	private TopicBuilder compacted(String name, int partitions) {
		return replicated(name, partitions)
			.config(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)
			.config(TopicConfig.SEGMENT_MS_CONFIG, String.valueOf(Duration.ofHours(1).toMillis()))
			.config(TopicConfig.SEGMENT_BYTES_CONFIG, String.valueOf(16 * 1024 * 1024))
			.config(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.2")
			.config(TopicConfig.DELETE_RETENTION_MS_CONFIG, String.valueOf(Duration.ofDays(1).toMillis()));
	}

	/**
	 * A record that a producer was told is written has to survive the loss of the broker
	 * that said so. The cluster's own default of one in-sync replica does not promise
	 * that.
	 */
	private TopicBuilder replicated(String name, int partitions) {
		TopicBuilder topic = TopicBuilder.name(name).partitions(partitions).replicas(this.replicas);
		return (this.replicas < SAFELY_REPLICATED) ? topic
				: topic.config(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, WRITTEN_AT);
	}

}
