package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Topics;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.messaging.EmbeddedKafka;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class LostTopicTests {

	@Test
	void tellsEverythingAgainIntoATopicThatWasLost() throws Exception {
		try (EmbeddedKafka kafka = EmbeddedKafka.start();
				KeyService keys = KeyService.start("spring.kafka.bootstrap-servers=" + kafka.bootstrapServers());
				Admin admin = Admin.create(kafka.clientProperties())) {
			Person person = keys.member();
			Person revoked = keys.member();
			keys.call("DELETE", "/api/users/me/keys/" + revoked.keyId(), null, revoked.key());
			keys.call("PUT", "/api/users/me/provider-keys/openai", "{\"apiKey\":\"sk-sim-lost-0123456789\"}",
					person.key());
			await().untilAsserted(
					() -> assertThat(Topic.values(kafka, Topics.KEYS)).anyMatch((each) -> each.contains("saved")));
			admin.deleteTopics(List.of(Topics.KEYS, Topics.USERS)).all().get();
			await().untilAsserted(() -> {
				assertThat(Topic.values(kafka, Topics.USERS)).anyMatch((each) -> isOf(each, person.id(), "registered"))
					.anyMatch((each) -> isOf(each, revoked.id(), "registered"));
				assertThat(Topic.values(kafka, Topics.KEYS)).anyMatch((each) -> isOf(each, person.keyId(), "issued"))
					.anyMatch((each) -> isOf(each, revoked.keyId(), "revoked"))
					.anyMatch((each) -> each.contains("provider-key.saved") && each.contains(person.id()));
			});
			Person later = keys.member();
			await().untilAsserted(() -> assertThat(Topic.values(kafka, Topics.USERS))
				.anyMatch((each) -> isOf(each, later.id(), "registered")));
		}
	}

	private static boolean isOf(String told, String key, String type) {
		return told.startsWith(key + "=") && told.contains(type);
	}

}
