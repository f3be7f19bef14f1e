package dev.tallygate.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an intake tells, with tags {@code group} and {@code topic}.
 * {@code tallygate.intake.records} has a tag {@code outcome}, and received = applied +
 * duplicate + ignored + dead_letter + fenced. Further
 * {@code tallygate.intake.batch.size}, {@code tallygate.intake.batch} (seconds from poll
 * to commit), {@code tallygate.intake.retries} and {@code tallygate.intake.lag}
 * (records).
 */
final class IntakeMeters {

	private final MeterRegistry registry;

	private final Tags tags;

	private final DistributionSummary batchSize;

	private final Timer batch;

	private final Counter retries;

	private final Map<Integer, Long> lags = new ConcurrentHashMap<>();

	IntakeMeters(MeterRegistry registry, String group, String topic) {
		this.registry = registry;
		this.tags = Tags.of("group", group, "topic", topic);
		this.batchSize = DistributionSummary.builder("tallygate.intake.batch.size")
			.tags(this.tags)
			.description("records of a batch that was committed")
			.register(registry);
		this.batch = Timer.builder("tallygate.intake.batch")
			.tags(this.tags)
			.description("from the reading of a batch to its commit")
			.publishPercentileHistogram()
			.register(registry);
		this.retries = Counter.builder("tallygate.intake.retries")
			.tags(this.tags)
			.description("tries to take in that the infrastructure has failed and that are made again")
			.register(registry);
		Gauge.builder("tallygate.intake.lag", this.lags, IntakeMeters::sum)
			.tags(this.tags)
			.description("records not yet taken in by this process's partitions")
			.register(registry);
		for (Outcome outcome : Outcome.values()) {
			counter(outcome);
		}
	}

	private static double sum(Map<Integer, Long> lags) {
		return lags.values().stream().mapToLong(Long::longValue).sum();
	}

	void committed(int records, Duration duration) {
		this.batchSize.record(records);
		this.batch.record(duration);
	}

	void count(Outcome outcome, int records) {
		if (records > 0) {
			counter(outcome).increment(records);
		}
	}

	void retried() {
		this.retries.increment();
	}

	void lag(int partition, long records) {
		this.lags.put(partition, records);
	}

	void forgetLag(int partition) {
		this.lags.remove(partition);
	}

	private Counter counter(Outcome outcome) {
		return Counter.builder("tallygate.intake.records")
			.tags(this.tags)
			.tag("outcome", outcome.tag)
			.description("records that were read, by what became of them")
			.register(this.registry);
	}

	/** What became of a record. */
	enum Outcome {

		/** Handed over and new. */
		APPLIED("applied"),
		/** Handed over and known already. */
		DUPLICATE("duplicate"),
		/** A tombstone or a type that this version does not know. */
		IGNORED("ignored"),
		/** Kept in the dead-letter table. */
		DEAD_LETTER("dead_letter"),
		/** Already taken in by whoever moved the position. */
		FENCED("fenced");

		private final String tag;

		Outcome(String tag) {
			this.tag = tag;
		}

	}

}
