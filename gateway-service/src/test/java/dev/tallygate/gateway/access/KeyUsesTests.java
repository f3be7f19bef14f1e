package dev.tallygate.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.ApiKeyUsed;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.messaging.TopicCatalog;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.caller.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class KeyUsesTests {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));

	private final Map<String, Caller> callers = new HashMap<>();

	@Test
	void tellsOfAKeySoonAndThenOnceAMinuteHoweverOftenItIsUsed() throws Exception {
		try (EmbeddedKafka kafka = EmbeddedKafka.start(); Admin admin = Admin.create(kafka.clientProperties())) {
			admin.createTopics(List.of(new TopicCatalog((short) 1).topic(Topics.KEY_USES))).all().get();
			KeyUses uses = new KeyUses(kafka.clientProperties(), "/gateway/test",
					((InstantSource) this.now::get).withZone(ZoneOffset.UTC));
			Introspection introspection = uses.noting(this::introspect);
			uses.start();
			try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
				use(introspection, "one", 1000);
				use(introspection, "two", 1);
				introspection.introspect("nobody");
				introspection.introspect("jwt");
				assertThat(told(consumer, 2, Duration.ofSeconds(30))).extracting(ApiKeyUsed::keyId)
					.containsExactlyInAnyOrder(keyOf("one"), keyOf("two"));
				this.now.updateAndGet((at) -> at.plusSeconds(30));
				use(introspection, "one", 1000);
				assertThat(told(consumer, 1, Duration.ofSeconds(2))).isEmpty();
				Instant last = this.now.get();
				this.now.updateAndGet((at) -> at.plusSeconds(31));
				assertThat(told(consumer, 1, Duration.ofSeconds(30))).singleElement().satisfies((used) -> {
					assertThat(used.keyId()).isEqualTo(keyOf("one"));
					assertThat(used.lastUsedAt()).isEqualTo(last);
				});
			}
			finally {
				uses.stop();
			}
		}
	}

	private IntrospectionOutcome introspect(String token) {
		if (token.equals("nobody")) {
			return new IntrospectionOutcome.Inactive();
		}
		return new IntrospectionOutcome.Active(callerOf(token));
	}

	private Caller callerOf(String token) {
		return this.callers.computeIfAbsent(token,
				(name) -> new Caller(new UserId(UuidV7.next()), name.equals("jwt") ? null : new ApiKeyId(UuidV7.next()),
						name.equals("jwt") ? null : KeyType.DEV, Role.MEMBER, null, null));
	}

	private ApiKeyId keyOf(String token) {
		return java.util.Objects.requireNonNull(callerOf(token).apiKeyId());
	}

	private static void use(Introspection introspection, String token, int times) {
		for (int i = 0; i < times; i++) {
			introspection.introspect(token);
		}
	}

	private static KafkaConsumer<byte[], byte[]> consumer(EmbeddedKafka kafka) {
		KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.clientProperties(),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		List<org.apache.kafka.common.TopicPartition> partitions = consumer.partitionsFor(Topics.KEY_USES)
			.stream()
			.map((info) -> new org.apache.kafka.common.TopicPartition(info.topic(), info.partition()))
			.toList();
		consumer.assign(partitions);
		consumer.seekToBeginning(partitions);
		return consumer;
	}

	private static List<ApiKeyUsed> told(KafkaConsumer<byte[], byte[]> consumer, int wanted, Duration most)
			throws Exception {
		List<ApiKeyUsed> told = new ArrayList<>();
		long end = System.nanoTime() + most.toNanos();
		while (told.size() < wanted && System.nanoTime() < end) {
			for (var each : consumer.poll(Duration.ofMillis(100))) {
				if (EventCodec.decode(each.value()).data() instanceof ApiKeyUsed used) {
					told.add(used);
				}
			}
		}
		return told;
	}

}
