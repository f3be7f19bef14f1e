package dev.tallygate.gateway.access;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.ApiKeyUsed;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Tells key-service which keys are in use: soon after the first use, then once a minute
 * while it goes on. A use that the broker does not take is told with the next; none is
 * kept on disk, for only the latest counts.
 */
public final class KeyUses extends BackgroundLoop {

	private static final Duration LOOK = Duration.ofMillis(500);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	/** Beyond this many keys in a few minutes the new ones are not told of. */
	private static final int MAX_KEYS = 200_000;

	private final Map<ApiKeyId, Use> uses = new ConcurrentHashMap<>();

	private final Map<String, Object> config;

	private final String source;

	private final Clock clock;

	KeyUses(Map<String, Object> producerConfig, String source, Clock clock) {
		super("key-uses", LOOK, LONGEST_PAUSE);
		this.source = source;
		this.clock = clock;
		this.config = new HashMap<>(producerConfig);
		this.config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		this.config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		this.config.put(ProducerConfig.ACKS_CONFIG, "1");
		this.config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
		this.config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
		this.config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
		this.config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
	}

	/**
	 * The same, noting each key that is good.
	 */
	public Introspection noting(Introspection introspection) {
		return (token) -> {
			IntrospectionOutcome outcome = introspection.introspect(token);
			if (outcome instanceof Active(Caller caller) && caller.apiKeyId() != null) {
				used(caller.apiKeyId(), caller.userId());
			}
			return outcome;
		};
	}

	private void used(ApiKeyId key, UserId user) {
		Use use = this.uses.get(key);
		if (use == null && this.uses.size() < MAX_KEYS) {
			use = this.uses.computeIfAbsent(key, (id) -> new Use(user));
		}
		if (use != null) {
			use.latest = this.clock.millis();
		}
	}

	@Override
	protected void work() throws InterruptedException {
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(this.config)) {
			while (isRunning()) {
				tellDue(producer);
				succeeded();
				pause(LOOK);
			}
		}
	}

	// When a key was used last may be told late, or not at all.
	@SuppressWarnings("FutureReturnValueIgnored")
	private void tellDue(KafkaProducer<byte[], byte[]> producer) {
		long now = this.clock.millis();
		this.uses.forEach((key, use) -> {
			if (now - use.told >= INTERVAL.toMillis()) {
				if (use.latest > use.told) {
					producer.send(event(key, use));
					use.told = now;
				}
				else {
					// A use that comes just now makes a new one.
					this.uses.remove(key, use);
				}
			}
		});
		producer.flush();
	}

	private ProducerRecord<byte[], byte[]> event(ApiKeyId key, Use use) {
		Instant at = Instant.ofEpochMilli(use.latest);
		CloudEvent<ApiKeyUsed> event = CloudEvent.of(UuidV7.next(), this.source,
				this.clock.instant().truncatedTo(ChronoUnit.MILLIS), new ApiKeyUsed(key, use.user, at));
		ProducerRecord<byte[], byte[]> told = new ProducerRecord<>(Topics.KEY_USES,
				key.toString().getBytes(StandardCharsets.US_ASCII), EventCodec.encode(event));
		told.headers().add("content-type", EventCodec.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
		return told;
	}

	/** Of one key: when it was used last, and until when that was told. */
	private static final class Use {

		private final UserId user;

		private volatile long latest;

		private volatile long told;

		Use(UserId user) {
			this.user = user;
		}

	}

}
