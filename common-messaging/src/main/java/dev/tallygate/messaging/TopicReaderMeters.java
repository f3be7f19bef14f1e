package dev.tallygate.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What a reader of a whole topic tells, with tag {@code topic}:
 * {@code tallygate.topic.records}, tag {@code outcome}: {@code applied},
 * {@code superseded} (came together with a later one of its key), {@code undecodable},
 * {@code ignored} (unknown type) or {@code failed} (the handler threw).
 */
record TopicReaderMeters(Counter applied, Counter superseded, Counter undecodable, Counter ignored, Counter failed) {

	TopicReaderMeters(MeterRegistry registry, String topic) {
		this(counter(registry, topic, "applied"), counter(registry, topic, "superseded"),
				counter(registry, topic, "undecodable"), counter(registry, topic, "ignored"),
				counter(registry, topic, "failed"));
	}

	private static Counter counter(MeterRegistry registry, String topic, String outcome) {
		return Counter.builder("tallygate.topic.records")
			.tag("topic", topic)
			.tag("outcome", outcome)
			.description("records of a topic that is read as a whole, by what became of them")
			.register(registry);
	}

}
