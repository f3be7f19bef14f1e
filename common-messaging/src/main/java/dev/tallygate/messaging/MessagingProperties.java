package dev.tallygate.messaging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about events.
 *
 * @param kafka the cluster
 * @param intake effectively-once consumers
 * @param outbox the way out
 * @param database what is looked at before a start
 */
@ConfigurationProperties("tallygate")
public record MessagingProperties(@DefaultValue Kafka kafka, @DefaultValue Intake intake, @DefaultValue Outbox outbox,
		@DefaultValue Database database) {

	/**
	 * What is looked at before a start.
	 *
	 * @param allowNewer whether to start on a database that a newer version has migrated,
	 * for going back
	 * @param clockTolerance how far this machine's clock and the database's may be apart
	 */
	public record Database(@DefaultValue("false") boolean allowNewer, @DefaultValue("10m") Duration clockTolerance) {

	}

	/**
	 * The cluster.
	 *
	 * @param replicationFactor replicas of the topics that this service creates; from 3
	 * on, a record counts as written once 2 of them have it
	 */
	public record Kafka(@DefaultValue("1") short replicationFactor) {

	}

	/**
	 * Effectively-once consumers.
	 *
	 * @param batchSize the most records taken in one transaction
	 * @param gather how long after the beginning of a batch the next one begins at the
	 * earliest, once nothing is left to catch up with: what comes meanwhile costs one
	 * transaction and not many
	 * @param concurrency consumers per intake in this process
	 * @param groupProtocol {@code classic}, or {@code consumer} (KIP-848), where the
	 * broker and not {@code sessionTimeout} says when a consumer counts as dead
	 * @param sessionTimeout after which silence a consumer's partitions go to others
	 * @param retryDelay pause after a first failure of the infrastructure; doubles up to
	 * {@code maxRetryDelay}
	 * @param maxRetryDelay the longest pause between two tries
	 */
	public record Intake(@DefaultValue("500") int batchSize, @DefaultValue("40ms") Duration gather,
			@DefaultValue("1") int concurrency, @DefaultValue("classic") String groupProtocol,
			@DefaultValue("6s") Duration sessionTimeout, @DefaultValue("100ms") Duration retryDelay,
			@DefaultValue("5s") Duration maxRetryDelay) {

	}

	/**
	 * The way out.
	 *
	 * @param enabled whether this service has an outbox; needs its table
	 * @param batchSize the most records sent before they are deleted
	 * @param pollInterval how often to look when no commit of this process has told
	 * @param retryDelay pause after a first failure; doubles up to {@code maxRetryDelay}
	 * @param maxRetryDelay the longest pause between two tries
	 */
	public record Outbox(@DefaultValue("false") boolean enabled, @DefaultValue("500") int batchSize,
			@DefaultValue("100ms") Duration pollInterval, @DefaultValue("100ms") Duration retryDelay,
			@DefaultValue("5s") Duration maxRetryDelay) {

	}

}
