package dev.tallygate.messaging;

import io.micrometer.core.instrument.MeterRegistry;
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
 *     return readers.read(Topics.BUDGET_STATUS, standings::apply);
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
		TopicReader reader = new TopicReader(topic, this.kafka, handler, new TopicReaderMeters(this.registry, topic));
		this.readers.add(reader);
		return reader;
	}

	/** Topics that are not read to where they ended when reading began. */
	List<String> behind() {
		return this.readers.stream().filter((reader) -> !reader.isCaughtUp()).map(TopicReader::topic).toList();
	}

}
