package dev.tallygate.gateway.spool;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What can be set about the usage spool.
 *
 * @param directory where it lies; its own for each gateway process, and kept
 * @param segmentSize when a file is full and the next one begins
 * @param fsyncInterval how often what was written is forced to the disk: a killed process
 * loses nothing, a power cut at most this much
 * @param checkpointInterval how often open calls write down what they have delivered
 * @param memoryLimit how much is held in memory while the disk takes nothing; beyond it,
 * records are lost, loudly
 * @param keepAcknowledged how much of what Kafka has is kept until budget-service has
 * counted it, so that a restart knows what to add to a user's spend
 * @param stopTimeout how long an orderly stop waits for Kafka to take what is left
 */
@ConfigurationProperties("tallygate.spool")
public record SpoolProperties(@DefaultValue("data/spool") Path directory, @DefaultValue("8MB") DataSize segmentSize,
		@DefaultValue("1s") Duration fsyncInterval, @DefaultValue("1s") Duration checkpointInterval,
		@DefaultValue("64MB") DataSize memoryLimit, @DefaultValue("1GB") DataSize keepAcknowledged,
		@DefaultValue("5s") Duration stopTimeout) {

}
