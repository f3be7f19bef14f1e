package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Topics;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCatalogTests {

	@ParameterizedTest
	@ValueSource(strings = { Topics.USAGE, Topics.BUDGET_STATUS, Topics.KEYS, Topics.USERS, Topics.KEY_USES,
			Topics.ALERTS, Topics.AUDIT_HEADS, Topics.USAGE + "-dlt" })
	void whatIsWrittenOnThreeBrokersIsOnTwoOfThem(String name) {
		NewTopic topic = new TopicCatalog((short) 3).topic(name);
		assertThat(topic.replicationFactor()).isEqualTo((short) 3);
		assertThat(topic.configs()).containsEntry("min.insync.replicas", "2");
	}

	@ParameterizedTest
	@ValueSource(shorts = { 1, 2 })
	void fewerBrokersMayAllButOneBeLost(short replicas) {
		Map<String, String> configs = new TopicCatalog(replicas).topic(Topics.USAGE).configs();
		assertThat(configs).isNotEmpty().doesNotContainKey("min.insync.replicas");
	}

}
