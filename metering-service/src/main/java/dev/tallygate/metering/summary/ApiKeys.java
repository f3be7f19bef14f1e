package dev.tallygate.metering.summary;

import dev.tallygate.events.ApiKeyEvent;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.TopicReader;
import dev.tallygate.messaging.TopicReaders;
import dev.tallygate.messaging.TopicRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Everybody's API keys, as key-service publishes them: their names, for those who ask
 * what a key cost.
 */
@Component
public class ApiKeys {

	private static final Comparator<ApiKeyEvent> NEWEST_FIRST = Comparator.comparing(ApiKeyEvent::createdAt)
		.thenComparing((key) -> key.keyId().value())
		.reversed();

	private final Map<String, ApiKeyEvent> byId = new ConcurrentHashMap<>();

	private final Map<UserId, Map<String, ApiKeyEvent>> byUser = new ConcurrentHashMap<>();

	/** A user's unrevoked keys, newest first. */
	List<ApiKeyEvent> of(UserId user) {
		return this.byUser.getOrDefault(user, Map.of())
			.values()
			.stream()
			.filter((key) -> key.revokedAt() == null)
			.sorted(NEWEST_FIRST)
			.toList();
	}

	/** The name of the key that was used; null when it is not known. */
	@Nullable String nameOf(UsageEvent event) {
		ApiKeyId key = switch (event) {
			case UsageSettled call -> call.apiKeyId();
			case UsageAdjusted correction -> correction.apiKeyId();
			default -> null;
		};
		return nameOf((key != null) ? key.value() : null);
	}

	/**
	 * A key's name; null when it is not known.
	 */
	public @Nullable String nameOf(@Nullable UUID keyId) {
		ApiKeyEvent known = (keyId != null) ? this.byId.get(keyId.toString()) : null;
		return (known != null) ? known.name() : null;
	}

	/** Called by one thread. */
	void apply(TopicRecord change) {
		if (change.event() == null) {
			ApiKeyEvent gone = this.byId.remove(change.key());
			if (gone != null) {
				this.byUser.computeIfPresent(gone.userId(), (user, keys) -> without(keys, change.key()));
			}
		}
		else if (change.event().data() instanceof ApiKeyEvent key) {
			String id = key.keyId().toString();
			ApiKeyEvent held = this.byId.get(id);
			if (held == null || key.version() >= held.version()) {
				this.byId.put(id, key);
				this.byUser.computeIfAbsent(key.userId(), (user) -> new ConcurrentHashMap<>()).put(id, key);
			}
		}
	}

	private static Map<String, ApiKeyEvent> without(Map<String, ApiKeyEvent> keys, String id) {
		keys.remove(id);
		return keys;
	}

	@Configuration(proxyBeanMethods = false)
	static class Wiring {

		@Bean
		TopicReader apiKeysReader(TopicReaders readers, ApiKeys keys) {
			return readers.read(Topics.KEYS, keys::apply);
		}

	}

}
