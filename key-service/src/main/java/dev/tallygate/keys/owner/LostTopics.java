package dev.tallygate.keys.owner;

import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.messaging.TopicCatalog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Notices that the topics of users and keys are no longer those that were published to,
 * as after the loss of a broker's disk, makes them anew where they are missing, and tells
 * everything again, user by user, in order with what changes meanwhile. Readers compare
 * versions, so that too much is told is no harm.
 */
@Component
class LostTopics extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(LostTopics.class);

	private static final List<String> TOPICS = List.of(Topics.KEYS, Topics.USERS);

	private static final Duration LOOK = Duration.ofSeconds(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final int BATCH = 100;

	private static final UUID BEGINNING = new UUID(0, 0);

	private final KafkaAdmin kafka;

	private final TopicCatalog catalog;

	private final JdbcClient jdbc;

	private final List<OwnerFacts> facts;

	private final TransactionTemplate transaction;

	LostTopics(KafkaAdmin kafka, TopicCatalog catalog, JdbcClient jdbc, List<OwnerFacts> facts,
			TransactionTemplate transaction) {
		super("lost-topics", Duration.ofSeconds(1), LONGEST_PAUSE);
		this.kafka = kafka;
		this.catalog = catalog;
		this.jdbc = jdbc;
		this.facts = List.copyOf(facts);
		this.transaction = transaction;
	}

	@Override
	protected void work() throws InterruptedException, ExecutionException, TimeoutException {
		try (Admin admin = Admin.create(this.kafka.getConfigurationProperties())) {
			while (isRunning()) {
				look(admin);
				succeeded();
				pause(LOOK);
			}
		}
	}

	private void look(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
		Map<String, String> ids = idsOf(admin);
		Map<String, String> known = this.jdbc.sql("SELECT topic, topic_id FROM published_topic")
			.query((row, number) -> Map.entry(row.getString(1), row.getString(2)))
			.list()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
		if (known.equals(ids)) {
			return;
		}
		// At the first look of all nothing was told under an id that is known, so
		// everything is told once more than it must.
		logger.warn("The topics of users and keys are new to this database; everything is told again");
		long users = tellAll();
		if (!isRunning()) {
			// Whoever starts next begins again.
			return;
		}
		ids.forEach((topic, id) -> this.jdbc.sql("""
				INSERT INTO published_topic (topic, topic_id) VALUES (?, ?)
				ON CONFLICT (topic) DO UPDATE SET topic_id = excluded.topic_id, since = now()""")
			.params(topic, id)
			.update());
		logger.info("Told again of {} users", users);
	}

	private Map<String, String> idsOf(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
		try {
			return describe(admin);
		}
		catch (ExecutionException ex) {
			if (!(ex.getCause() instanceof UnknownTopicOrPartitionException)) {
				throw ex;
			}
			this.kafka.createOrModifyTopics(this.catalog.topic(Topics.KEYS), this.catalog.topic(Topics.USERS));
			return describe(admin);
		}
	}

	private static Map<String, String> describe(Admin admin)
			throws InterruptedException, ExecutionException, TimeoutException {
		return admin.describeTopics(TOPICS)
			.allTopicNames()
			.get(LIMIT.toSeconds(), TimeUnit.SECONDS)
			.values()
			.stream()
			.collect(Collectors.toMap(TopicDescription::name, (topic) -> topic.topicId().toString()));
	}

	private long tellAll() {
		long told = 0;
		UUID last = BEGINNING;
		tell(List.of(Owners.OPERATOR.value()));
		while (true) {
			List<UUID> batch = this.jdbc.sql("SELECT id FROM app_user WHERE id > ? ORDER BY id LIMIT ?")
				.params(last, BATCH)
				.query((row, number) -> row.getObject(1, UUID.class))
				.list();
			if (batch.isEmpty() || !isRunning()) {
				return told;
			}
			tell(batch);
			told += batch.size();
			last = batch.getLast();
		}
	}

	/** Whoever is gone by then is told of by the removal. */
	private void tell(List<UUID> users) {
		this.transaction.executeWithoutResult((status) -> {
			for (UUID user : users) {
				this.jdbc.sql("SELECT 1 FROM app_user WHERE id = ? FOR NO KEY UPDATE").param(user).query((row) -> {
				});
				this.facts.forEach((fact) -> fact.tellAgain(new UserId(user)));
			}
		});
	}

}
