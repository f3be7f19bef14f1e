package dev.tallygate.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.ProviderKeyEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.messaging.TopicRecord;
import dev.tallygate.security.caller.CachedIntrospection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.caller.IntrospectionProperties;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyEventsTests {

	private static final UserId USER = new UserId(UuidV7.next());

	private static final UserId SOMEBODY_ELSE = new UserId(UuidV7.next());

	private final AtomicInteger loads = new AtomicInteger();

	private final ProviderKeys keys = new ProviderKeys((token, provider) -> {
		this.loads.incrementAndGet();
		return new RevealSource.Answer(new Reveal.Released(ProviderAccess.at(URI.create("http://127.0.0.1:1/v1/"),
				Credential.NONE, null, Dialect.OPENAI, null, 1)), Duration.ofMinutes(1));
	}, new KeyServiceProperties(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(1), Duration.ofSeconds(1),
			Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(1)));

	private final KeyEvents events = new KeyEvents(
			new CachedIntrospection((token) -> new IntrospectionOutcome.Inactive(), IntrospectionProperties.defaults()),
			this.keys, List.of());

	@Test
	void aUsersKeyIsAskedForAnew() {
		this.keys.find(USER, "token", "openai");
		this.keys.find(SOMEBODY_ELSE, "another token", "openai");

		this.events.key(fact(new ProviderKeyEvent.Removed(UuidV7.next(), USER, "openai", 2)));
		this.keys.find(USER, "token", "openai");
		this.keys.find(SOMEBODY_ELSE, "another token", "openai");

		assertThat(this.loads).hasValue(3);
	}

	/** It is nobody's, and anybody's calls are made with it. */
	@Test
	void theOperatorsKeyIsAskedForAnewByAll() {
		this.keys.find(USER, "token", "openai");

		this.events.key(fact(new ProviderKeyEvent.Removed(UuidV7.next(), UserId.NOBODY, "openai", 2)));
		this.keys.find(USER, "token", "openai");

		assertThat(this.loads).hasValue(2);
	}

	private static TopicRecord fact(ProviderKeyEvent event) {
		return new TopicRecord(0, 1, Instant.now(), event.keyId().toString(),
				CloudEvent.of(UuidV7.next(), "/keys", Instant.now(), event));
	}

}
