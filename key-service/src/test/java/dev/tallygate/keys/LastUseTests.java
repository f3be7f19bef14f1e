package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.ApiKeyUsed;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.messaging.EmbeddedKafka;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class LastUseTests {

	private static KeyService keys = KeyService.shared();

	@Test
	void keepsTheLatestUseOfAKeyWhateverOrderCallsAreToldIn() throws Exception {
		Person person = keys.member();
		assertThat(lastUse(person)).isEqualTo("null");
		Instant latest = Instant.now().truncatedTo(ChronoUnit.SECONDS);
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", EmbeddedKafka.shared().bootstrapServers()), new StringSerializer(),
				new ByteArraySerializer())) {
			for (Instant at : new Instant[] { latest.minusSeconds(60), latest, latest.minusSeconds(120) }) {
				tell(producer, person, at);
			}
			await().until(() -> lastUse(person).equals(latest.toString()));
			tell(producer, person, latest.minusSeconds(30));
			tell(producer, person, latest.plusSeconds(1));
		}
		await().until(() -> lastUse(person).equals(latest.plusSeconds(1).toString()));
	}

	private static void tell(KafkaProducer<String, byte[]> producer, Person person, Instant at) throws Exception {
		producer.send(new ProducerRecord<>(Topics.KEY_USES, person.keyId(), EventCodec.encode(use(person, at)))).get();
	}

	private static String lastUse(Person person) {
		return keys.get("/api/users/me/keys", person.key()).json().at("/data/0/lastUsedAt").asString("null");
	}

	private static CloudEvent<ApiKeyUsed> use(Person person, Instant at) {
		return CloudEvent.of(UuidV7.next(), "/gateway/test", at,
				new ApiKeyUsed(ApiKeyId.parse(person.keyId()), UserId.parse(person.id()), at));
	}

}
