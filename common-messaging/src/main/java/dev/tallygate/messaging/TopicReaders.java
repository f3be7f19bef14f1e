package dev.tallygate.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Makes readers of whole topics. A service declares each as a bean, so that it starts and
 * stops with the service:
 *
 * <pre class="code">
 * &#64;Bean
 * TopicReader budgetStatus(TopicReaders readers, Standings standings) {
 *     return readers.readLatest(Topics.BUDGET_STATUS, standings::apply);
 * }
 * </pre>
 */
public final class TopicReaders {

	private final Map<String, Object> kafka;

	private final MeterRegistry registry;

	private final List<TopicReader> readers = new CopyOnWriteArrayList<>();

	TopicReaders(Map<String, Object> kafka, MeterRegistry registry) {
		this.kafka = Map.copyOf(kafka);
		this.registry = registry;
	}

	/**
	 * A reader of a topic.
	 * @param topic one of {@link dev.tallygate.events.Topics}
	 * @param handler called for each record on the reader's own thread, in order within
	 * each partition; what it throws is logged and counted, and reading goes on
	 */
	public TopicReader read(String topic, Consumer<TopicRecord> handler) {
		return read(topic, handler, false, Duration.ZERO);
	}

	/**
	 * A reader of a topic whose records tell all about their key, so that of several that
	 * come together only the last needs to be handled. How many come together is chance:
	 * a handler sees some records of a key, and in any case its last.
	 * @param topic one of {@link dev.tallygate.events.Topics}
	 * @param handler as in {@link #read}
	 */
	public TopicReader readLatest(String topic, Consumer<TopicRecord> handler) {
		return readLatest(topic, handler, Duration.ZERO);
	}

	/**
	 * The same for who need not know at once.
	 * @param topic one of {@link dev.tallygate.events.Topics}
	 * @param handler as in {@link #read}
	 * @param gather how long after records came the next are looked for, at the earliest,
	 * once what was there at the start is read: what comes meanwhile costs one look
	 */
	public TopicReader readLatest(String topic, Consumer<TopicRecord> handler, Duration gather) {
		return read(topic, handler, true, gather);
	}

	private TopicReader read(String topic, Consumer<TopicRecord> handler, boolean latestOnly, Duration gather) {
		TopicReader reader = new TopicReader(topic, this.kafka, handler, new TopicReaderMeters(this.registry, topic),
				latestOnly, gather);
		this.readers.add(reader);
		return reader;
	}

	/** Topics that are not read to where they ended when reading began. */
	List<String> behind() {
		return this.readers.stream().filter((reader) -> !reader.isCaughtUp()).map(TopicReader::topic).toList();
	}

	/** Topics that the broker does not have, or does not show. */
	List<String> missing() {
		return this.readers.stream().filter(TopicReader::isMissing).map(TopicReader::topic).toList();
	}

}
